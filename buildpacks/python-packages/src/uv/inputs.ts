import { inDir } from "@libcnb/app-kit/folders";
import { isTable } from "@libcnb/app-kit/tables";
import type { Env, s } from "libcnb";
import type { Project, ProjectSource } from "../package-manager.ts";
import { jsonText } from "../project/json-text.ts";
import { decisiveText, type Manifest } from "../project/manifest.ts";
import type { Selection } from "../project/selection.ts";
import type { UvLock } from "./lockfile.ts";
import { copiedPaths } from "./workspace.ts";

/** The files that determine an installation's inputs. */
export interface InputFiles {
  readonly root: string;
  readonly lock: UvLock | undefined;
  readonly manifests: readonly Manifest[];
  /** The parsed uv.toml; empty if there is none. */
  readonly settings: s.Table;
  readonly selection: Selection;
}

/** All inputs of an installation with uv. */
export async function inputsOf({ app, env }: ProjectSource, files: InputFiles): Promise<Project["inputs"]> {
  const { root, lock, manifests, settings, selection } = files;
  const copied = lock === undefined ? [] : copiedPaths(lock, root);
  return {
    "uv.lock": lock === undefined ? "" : decisiveLock(await app.readToml(inDir(root, "uv.lock"))),
    "pyproject.toml": decisiveText(manifests, "uv"),
    "uv.toml": JSON.stringify(Object.entries(settings).filter(([key]) => !/index/.test(key))),
    "package directories": copied.length === 0 ? "" : await app.digest(...copied),
    groups: selection.groups.join(),
    extras: selection.extras.join(),
    "uv environment variables": JSON.stringify(decisiveVariables(env)),
  };
}

/**
 * The parts of a `uv.lock` that affect an installation, as text: without sources of files and
 * publication times.
 */
const decisiveLock = (table: s.Table): string =>
  jsonText(table, (key, value) => (irrelevant.has(key) ? undefined : withoutOwnVersion(value)));
const irrelevant: ReadonlySet<string> = new Set(["url", "registry", "upload-time", "size", "revision"]);
/** A project that is not installed itself may have any version. */
function withoutOwnVersion(value: unknown): unknown {
  const source = isTable(value) ? value["source"] : undefined;
  if (!isTable(value) || !isTable(source) || source["virtual"] === undefined) return value;
  const { version: _, ...rest } = value;
  return rest;
}

/**
 * The user's uv variables that affect the installed packages, without those for sources, speed and
 * output.
 */
const decisiveVariables = (env: Env): readonly (readonly [string, string])[] =>
  Object.entries(env)
    .flatMap(([name, value]) => (isDecisive(name) && value !== undefined ? [[name, value] as const] : []))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
const isDecisive = (name: string): boolean => name.startsWith("UV_") && !isIrrelevant.test(name);
const isIrrelevant =
  /INDEX|CACHE|CONCURRENT|CREDENTIALS|CERT|HOST|HTTP|KEYRING|LINK_MODE|LOG|MALWARE|OFFLINE|PASSWORD|PROGRESS|PUBLISH|PYTHON|QUIET|TIMEOUT|TLS|TOKEN|USERNAME|VENV|VERBOSE/;
