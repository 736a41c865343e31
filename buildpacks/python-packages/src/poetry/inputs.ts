import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import { tableOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";
import type { Project, ProjectSource } from "../package-manager.ts";
import { decisiveText, jsonText, type Manifest } from "../project/manifest.ts";
import type { PoetrySelection } from "./dependencies.ts";
import type { PoetryPackage } from "./lockfile.ts";

/** The files of a project from which the inputs of an installation are computed. */
export interface InputFiles {
  /** The parsed lockfile; empty if there is none. */
  readonly lock: s.Table;
  readonly packages: readonly PoetryPackage[];
  /** The manifests, that of the project first. */
  readonly manifests: readonly Manifest[];
  readonly selection: PoetrySelection;
}

/** Computes all inputs on which the result of an installation with Poetry depends. */
export async function inputsOf(source: ProjectSource, files: InputFiles): Promise<Project["inputs"]> {
  const { app, dir, env } = source;
  const copied = copiedPaths(files.packages, dir);
  return {
    "poetry.lock": decisiveLock(files.lock),
    "pyproject.toml": decisiveText(files.manifests.map(withoutShow), "poetry"),
    "poetry.toml": await decisiveSettings(source),
    "package directories": copied.length === 0 ? "" : await app.digest(...copied),
    groups: files.selection.groups.join(),
    extras: files.selection.extras.join(),
    "Poetry environment variables": JSON.stringify(Object.entries(env).filter(isDecisive).toSorted()),
  };
}

/**
 * Returns the parts of the lockfile that affect the environment. The addresses of package indexes
 * and the descriptions are left out. The digest of pyproject.toml is left out, too, because
 * pyproject.toml itself is compared.
 */
const decisiveLock = (lock: s.Table): string =>
  jsonText(lock, (key, value) => (irrelevant.has(key) ? undefined : legacy(key, value)));

const irrelevant: ReadonlySet<string> = new Set(["description", "content-hash"]);

const legacy = (key: string, value: unknown): unknown =>
  key === "source" && tableOf(value)["type"] === "legacy" ? undefined : value;

/**
 * Omits metadata that does not affect the environment. For a project that is not a package, only
 * its dependencies do.
 */
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

/**
 * Returns the directories and archives of the app that are copied into the environment, relative to
 * the app.
 */
export const copiedPaths = (packages: readonly PoetryPackage[], dir: string): readonly string[] =>
  packages
    .filter(({ source, isEditable }) => source?.type === "file" || (source?.type === "directory" && !isEditable))
    .map(({ source }) => posix.join(dir, source?.url ?? ""))
    .filter((path) => !/^(?:\.\.(?:\/|$)|\/)/.test(path));
