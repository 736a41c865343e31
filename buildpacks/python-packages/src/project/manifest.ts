import { inDir } from "@libcnb/app-kit/folders";
import { tableOf } from "@libcnb/app-kit/tables";
import type { App, Table } from "libcnb";
import { jsonText } from "./json-text.ts";
import { hasOwnBuild } from "./own-build.ts";

/** A `pyproject.toml`. */
export interface Manifest {
  /** Its directory, relative to the app. */
  readonly dir: string;
  readonly table: Table;
  /** The project itself becomes a package of the environment, which leads to its code. */
  readonly isInstalled: boolean;
  /** Another input of its build: `setup.cfg`. Empty if there is none. */
  readonly setupCfg: string;
  readonly hasSetupPy: boolean;
}

/** Reads the manifest of a directory; empty if there is none. */
export async function readManifest(app: App, dir: string, isInstalled: boolean): Promise<Manifest> {
  const [manifest, setupCfg] = ["pyproject.toml", "setup.cfg"].map((name) => inDir(dir, name)) as [string, string];
  return {
    dir,
    table: (await app.exists(manifest)) ? await app.readToml(manifest) : {},
    isInstalled,
    setupCfg: isInstalled && (await app.exists(setupCfg)) ? await app.readText(setupCfg) : "",
    hasSetupPy: await app.exists(inDir(dir, "setup.py")),
  };
}

/** The reason why a cached environment cannot be used: the app's own build may create files outside of it. */
export const whyAlwaysInstalled = (manifests: readonly Manifest[]): string | undefined =>
  manifests.some((each) => each.isInstalled && hasOwnBuild(each)) ? "the project has a build of its own" : undefined;

/**
 * The parts of manifests that affect the environment, as text: for a project that is not installed
 * itself its dependencies; for one that is, all metadata and the build settings.
 *
 * @param tool the table of the tool that installs: `uv`
 */
export const decisiveText = (manifests: readonly Manifest[], tool: string): string =>
  jsonText(manifests.map((manifest) => [manifest.dir, decisiveTable(manifest, tool), manifest.setupCfg]));

function decisiveTable({ table, isInstalled }: Manifest, tool: string): Table {
  const [project, tools] = [tableOf(table["project"]), tableOf(table["tool"])];
  const groups = table["dependency-groups"];
  const kept = isInstalled
    ? { project, tool: without(tools, linters), "build-system": table["build-system"] }
    : { project: only(project, dependencyKeys), tool: only(tools, [tool]) };
  return {
    ...kept,
    groups,
    tool: { ...kept.tool, ...(tools[tool] !== undefined && { [tool]: settings(tools[tool]) }) },
  };
}

const dependencyKeys = ["dependencies", "optional-dependencies", "requires-python", "dynamic"];

/** Tools that look at the code only. */
const linters = "bandit black coverage flake8 isort mypy pylint pyrefly pyright pytest ruff tox ty vulture".split(" ");

/** Addresses of indexes and credentials decide nothing: lockfiles have digests. */
const settings = (tool: unknown): Table =>
  Object.fromEntries(
    Object.entries(tableOf(tool)).map(([key, value]) =>
      indexLists.includes(key) && Array.isArray(value)
        ? [key, value.map((each) => without(tableOf(each), addresses))]
        : [key, value],
    ),
  );

const indexLists = ["index", "source"];

const addresses = ["url", "publish-url", "username", "password"];

const only = (table: Table, keys: readonly string[]): Table =>
  Object.fromEntries(Object.entries(table).filter(([key]) => keys.includes(key)));

const without = (table: Table, keys: readonly string[]): Table =>
  Object.fromEntries(Object.entries(table).filter(([key]) => !keys.includes(key)));
