import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { Env } from "libcnb";
import type { Project, ProjectSource } from "../package-manager.ts";
import { decisiveText, jsonText, type Manifest } from "../project/manifest.ts";
import type { Selection } from "../project/selection.ts";
import type { PdmLock } from "./lockfile.ts";

/** The files of a project from which the inputs of an installation are computed. */
export interface InputFiles {
  readonly lock: PdmLock | undefined;
  readonly manifests: readonly Manifest[];
  readonly selection: Selection;
}

/** Computes all inputs on which the result of an installation with PDM depends. */
export async function inputsOf(
  { app, dir, env, choice }: ProjectSource,
  files: InputFiles,
): Promise<Project["inputs"]> {
  const { lock, manifests, selection } = files;
  const name = choice.lockfile ?? "pdm.lock";
  const copied = copiedPaths(lock, dir);
  return {
    [name]: choice.lockfile === undefined ? "" : jsonText(await app.readToml(inDir(dir, name)), withoutShow),
    "pyproject.toml": decisiveText(manifests, "pdm"),
    "package directories": copied.length === 0 ? "" : await app.digest(...copied),
    groups: selection.groups.join(),
    extras: selection.extras.join(),
    "PDM environment variables": JSON.stringify(decisiveVariables(env)),
  };
}

/**
 * Returns the directories and archives of the app that are copied into the environment, relative to
 * the app.
 */
export function copiedPaths(lock: PdmLock | undefined, dir: string): readonly string[] {
  const paths = (lock?.packages ?? []).flatMap(({ path }) => (path === undefined ? [] : [posix.join(dir, path)]));
  return paths.filter((path) => !/^(?:\.\.|\/)/.test(path));
}

const withoutShow = (key: string, value: unknown): unknown =>
  key === "summary" || key === "url" || key === "index" || key === "upload-time" ? undefined : value;

/** The user's variables that affect the installed packages, without those for registries and output. */
const decisiveVariables = (env: Env): readonly (readonly [string, string])[] =>
  Object.entries(env)
    .filter(([name]) => /^PDM_(?:BUILD_ISOLATION|NO_EDITABLE|NO_SELF|OVERRIDE|RESOLVE|SKIP)/.test(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
