import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import { stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import type { App, s } from "libcnb";

/**
 * A parsed `pyproject.toml`, and the other files of its directory that affect the project's build.
 */
export interface Manifest {
  /** The directory of the file, relative to the app. */
  readonly dir: string;
  readonly table: s.Table;
  /**
   * True if the project itself is installed as a package. The environment then links to its code.
   */
  readonly isInstalled: boolean;
  /**
   * The text of `setup.cfg`, which also affects the project's build; empty if it does not exist.
   */
  readonly setupCfg: string;
  readonly hasSetupPy: boolean;
}

/**
 * Reads the manifest of a directory. Its table is empty if the directory does not contain a
 * pyproject.toml.
 */
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

/**
 * Returns the reason why a cached environment is never reused. There is such a reason if the app's
 * own build may create files outside of the environment. Otherwise returns `undefined`.
 */
export const whyAlwaysInstalled = (manifests: readonly Manifest[]): string | undefined =>
  manifests.some((each) => each.isInstalled && hasOwnBuild(each)) ? "the project has its own build script" : undefined;

/**
 * Formats the parts of manifests that affect the environment. For a project that is itself
 * installed, these are all metadata and the build settings. For any other project, these are only
 * its dependencies.
 *
 * @param tool the name of the installing tool's table in pyproject.toml: `uv`
 */
export const decisiveText = (manifests: readonly Manifest[], tool: string): string =>
  jsonText(manifests.map((manifest) => [manifest.dir, decisiveTable(manifest, tool), manifest.setupCfg]));

function decisiveTable({ table, isInstalled }: Manifest, tool: string): s.Table {
  const [project, tools] = [tableOf(table["project"]), tableOf(table["tool"])];
  const groups = table["dependency-groups"];
  const kept = isInstalled
    ? { project, tool: without(tools, linters), "build-system": table["build-system"] }
    : { project: only(project, dependencyKeys), tool: only(tools, [tool]) };
  return {
    ...kept,
    groups,
    tool: { ...kept.tool, ...defined({ [tool]: tools[tool] === undefined ? undefined : settings(tools[tool]) }) },
  };
}

const dependencyKeys = ["dependencies", "optional-dependencies", "requires-python", "dynamic"];

/** Tools that look at the code only. */
const linters = "bandit black coverage flake8 isort mypy pylint pyrefly pyright pytest ruff tox ty vulture".split(" ");

/** Addresses of indexes and credentials decide nothing: lockfiles have digests. */
const settings = (tool: unknown): s.Table =>
  Object.fromEntries(
    Object.entries(tableOf(tool)).map(([key, value]) =>
      indexLists.includes(key) && Array.isArray(value)
        ? [key, value.map((each) => without(tableOf(each), addresses))]
        : [key, value],
    ),
  );

const indexLists = ["index", "source"];

const addresses = ["url", "publish-url", "username", "password"];

const only = (table: s.Table, keys: readonly string[]): s.Table =>
  Object.fromEntries(Object.entries(table).filter(([key]) => keys.includes(key)));

const without = (table: s.Table, keys: readonly string[]): s.Table =>
  Object.fromEntries(Object.entries(table).filter(([key]) => !keys.includes(key)));

/**
 * True if building a project may do more than record the location of its code. For example, a build
 * may compile extensions, generate files, or read the version from git. The result of such a build
 * depends on more than the manifest, and a part of the result may be in the app's directory.
 */
export function hasOwnBuild({ table, hasSetupPy }: { readonly table: s.Table; readonly hasSetupPy: boolean }): boolean {
  const [project, tool, system] = ["project", "tool", "build-system"].map((key) => tableOf(table[key])) as Tables;
  const backend = stringOf(system["build-backend"]) ?? "setuptools.build_meta";
  const rule = backends[backend];
  const isPlain = rule !== undefined && system["backend-path"] === undefined && !rule({ tool, hasSetupPy });
  return !isPlain || textsOf(project["dynamic"]).length > 0;
}

type Tables = [project: s.Table, tool: s.Table, system: s.Table];
type Rule = (found: { readonly tool: s.Table; readonly hasSetupPy: boolean }) => boolean;
const at = (table: s.Table, ...keys: readonly string[]): unknown =>
  keys.reduce((found: unknown, key) => tableOf(found)[key], table);
/**
 * Build backends that only record the location of the code, with a function that returns true if a
 * project configures further steps.
 */
const backends: Readonly<Record<string, Rule>> = {
  uv_build: () => false,
  "flit_core.buildapi": () => false,
  "hatchling.build": ({ tool }) => hasHooks(at(tool, "hatch", "build")),
  "pdm.backend": ({ tool, hasSetupPy }) =>
    at(tool, "pdm", "build", "run-setuptools") !== undefined ||
    hasSetupPy ||
    at(tool, "pdm", "build", "custom-hook") !== undefined,
  "poetry.core.masonry.api": ({ tool }) => at(tool, "poetry", "build") !== undefined,
  "setuptools.build_meta": ({ tool, hasSetupPy }) => hasSetupPy || at(tool, "setuptools", "ext-modules") !== undefined,
};

const hasHooks = (build: unknown): boolean =>
  tableOf(build)["hooks"] !== undefined || at(tableOf(build), "targets", "wheel", "hooks") !== undefined;

/**
 * Serializes a parsed value as JSON for comparison. Integers that are too large for JSON become
 * strings.
 *
 * @param change returns the replacement of an entry; `undefined` omits the entry
 */
export const jsonText = (value: unknown, change: (key: string, value: unknown) => unknown = keep): string =>
  JSON.stringify(value, (key, entry) => {
    const changed = change(key, entry);
    return typeof changed === "bigint" ? `${changed}` : changed;
  });

const keep = (_: string, value: unknown): unknown => value;
