import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import { tableOf } from "@libcnb/app-kit/tables";
import type { Table } from "libcnb";
import type { Project, ProjectSource } from "../package-manager.ts";
import { jsonText } from "../project/json-text.ts";
import { decisiveText, type Manifest } from "../project/manifest.ts";
import type { PoetryPackage } from "./lockfile.ts";
import type { PoetrySelection } from "./selection.ts";

/** The sources of an installation's inputs. */
export interface InputFiles {
  /** The text of the lockfile; empty without one. */
  readonly lock: Table;
  readonly packages: readonly PoetryPackage[];
  /** That of the project first. */
  readonly manifests: readonly Manifest[];
  readonly selection: PoetrySelection;
}

/** All inputs of an installation with Poetry. */
export async function inputsOf(source: ProjectSource, files: InputFiles): Promise<Project["inputs"]> {
  const { app, dir, env } = source;
  const copied = copiedPaths(files.packages, dir);
  return {
    "poetry.lock": decisiveLock(files.lock),
    "pyproject.toml": decisiveText(files.manifests.map(withoutShow), "poetry"),
    "poetry.toml": await decisiveSettings(source),
    "folders of packages": copied.length === 0 ? "" : await app.digest(...copied),
    groups: files.selection.groups.join(),
    extras: files.selection.extras.join(),
    "variables of Poetry": JSON.stringify(Object.entries(env).filter(isDecisive).toSorted()),
  };
}

/** Not from where files come, nor what is said of packages; a change that the digest of pyproject.toml tells is told by that file. */
const decisiveLock = (lock: Table): string =>
  jsonText(lock, (key, value) => (irrelevant.has(key) ? undefined : legacy(key, value)));

const irrelevant: ReadonlySet<string> = new Set(["description", "content-hash"]);

const legacy = (key: string, value: unknown): unknown =>
  key === "source" && tableOf(value)["type"] === "legacy" ? undefined : value;

/** Of a project that is no package itself only what it needs decides. */
function withoutShow(manifest: Manifest): Manifest {
  if (manifest.isInstalled) return manifest;
  const tool = tableOf(manifest.table["tool"]);
  const poetry = Object.entries(tableOf(tool["poetry"])).filter(([key]) => !shown.has(key));
  return { ...manifest, table: { ...manifest.table, tool: { ...tool, poetry: Object.fromEntries(poetry) } } };
}

const shown: ReadonlySet<string> = new Set([
  "name",
  "version",
  "description",
  "license",
  "authors",
  "maintainers",
  "readme",
  "homepage",
  "repository",
  "documentation",
  "keywords",
  "classifiers",
  "urls",
]);

async function decisiveSettings({ app, dir }: ProjectSource): Promise<string> {
  const path = inDir(dir, "poetry.toml");
  if (!(await app.exists(path))) return "";
  return jsonText(tableOf((await app.readToml(path))["installer"]));
}

const isDecisive = ([name]: readonly [string, unknown]): boolean =>
  /^POETRY_INSTALLER_(?:NO_BINARY|ONLY_BINARY|BUILD)/.test(name);

/** Folders and archives of the app that are copied into the environment, relative to the app. */
export const copiedPaths = (packages: readonly PoetryPackage[], dir: string): readonly string[] =>
  packages
    .filter(({ source, isEditable }) => source?.type === "file" || (source?.type === "directory" && !isEditable))
    .map(({ source }) => posix.join(dir, source?.url ?? ""))
    .filter((path) => !/^(?:\.\.(?:\/|$)|\/)/.test(path));
