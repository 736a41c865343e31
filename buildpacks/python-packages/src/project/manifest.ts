import { inDir } from "@libcnb/app-kit/folders";
import { tableOf } from "@libcnb/app-kit/tables";
import type { App, Table } from "libcnb";
import { jsonText } from "./json-text.ts";
import { hasOwnBuild } from "./own-build.ts";

/** A `pyproject.toml`. */
export interface Manifest {
  /** Its folder, relative to the app. */
  readonly dir: string;
  readonly table: Table;
  /** The project itself becomes a package of the environment, which leads to its code. */
  readonly isInstalled: boolean;
  /** What else its build reads: `setup.cfg`. Empty if there is none. */
  readonly setupCfg: string;
  readonly hasSetupPy: boolean;
}

/** Reads the manifest of a folder; empty if there is none. */
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

/** Why a kept environment must not be used: an own build of the app may make more than what is kept. */
export const whyAlwaysInstalled = (manifests: readonly Manifest[]): string | undefined =>
  manifests.some((each) => each.isInstalled && hasOwnBuild(each)) ? "the project has a build of its own" : undefined;

/**
 * What of manifests decides about the environment, as a text. Of a project that is not installed itself these are its
 * dependencies; of one that is, all that its metadata say, and the settings of its build.
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
