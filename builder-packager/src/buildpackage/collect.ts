import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ModuleKind } from "../config/module-descriptor.ts";
import { CnbError } from "../errors.ts";
import type { ReadImageOptions } from "../oci/image-io.ts";
import { byKey, isSource, moduleKey, type PackagedModule, type SourceModule } from "./module.ts";
import { orderIssues } from "./order-rules.ts";
import { type PackageToml, readPackageToml } from "./package-toml.ts";
import { readBuildpackage } from "./read.ts";
import { readSource } from "./source.ts";
import { workspaceBuildpacks } from "./workspace.ts";

/** All that goes into one buildpackage. */
export interface Collection {
  readonly main: SourceModule;
  /** With `main`, sorted by id and version, each once. */
  readonly modules: readonly (SourceModule | PackagedModule)[];
  readonly targets: PackageToml["targets"];
}

/** A package.toml elsewhere than in the buildpack's folder, and how the user calls it. */
interface ConfigFile {
  readonly file: string;
  readonly given: string;
}

/** What is packaged. Default: a buildpack, by the package.toml in its folder. */
interface CollectOptions {
  readonly config?: ConfigFile;
  readonly kind?: ModuleKind;
}

/** The buildpack that a dependency names, and what that brings along. */
interface Dependency {
  readonly location: string;
  readonly main: { readonly id: string; readonly version: string };
  readonly modules: readonly (SourceModule | PackagedModule)[];
}

/**
 * Reads a buildpack or extension and, if it is composite, its members and theirs.
 *
 * @throws CnbError BUILDPACK_NOT_FOUND, BUILDPACK_INVALID, BUILDPACK_ENTRY_MISSING, BUILDPACK_DEPENDENCY_UNKNOWN,
 * BUILDPACK_ORDER_INVALID, BUILDPACKAGE_INVALID, ARGUMENT_INVALID
 */
export async function collect(
  dir: string,
  { config, kind = "buildpack", ...options }: ReadImageOptions & CollectOptions = {},
  above: readonly string[] = [],
): Promise<Collection> {
  const configFile = config?.file ?? join(dir, "package.toml");
  const packageToml = await readPackageToml(configFile, kind, config?.given);
  const main = await readSource(resolve(config ? dirname(configFile) : dir, packageToml.uri), kind);
  refuseCycle(main, above);
  const dependencies: Dependency[] = [];
  for (const location of packageToml.dependencies) {
    dependencies.push(await resolveDependency(location, dirname(configFile), options, [...above, main.dir]));
  }
  const modules = uniqueModules([main, ...dependencies.flatMap((dependency) => dependency.modules)]);
  refuseOrder(main, orderIssues(main, dependencies, modules));
  return { main, modules, targets: packageToml.targets };
}

async function resolveDependency(
  location: string,
  dir: string,
  options: ReadImageOptions,
  above: readonly string[],
): Promise<Dependency> {
  const folder = location.startsWith("libcnb:")
    ? await neighbour(location.slice("libcnb:".length), dir)
    : await folderAt(resolve(dir, location));
  if (folder === undefined) return { location, ...(await readBuildpackage(location, dir, options)) };
  const { main, modules } = await collect(folder, options, above);
  return { location, main, modules };
}

const folderAt = (path: string): Promise<string | undefined> =>
  stat(path).then(
    (stats) => (stats.isDirectory() ? path : undefined),
    () => undefined,
  );

async function neighbour(id: string, dir: string): Promise<string> {
  const buildpacks = await workspaceBuildpacks(dir);
  const folder = buildpacks.get(id);
  if (folder !== undefined) return folder;
  const ids = [...buildpacks.keys()].sort();
  throw new CnbError("BUILDPACK_DEPENDENCY_UNKNOWN", `no buildpack of the workspace has the id ${id}`, {
    hint:
      ids.length > 0 ? `There are ${ids.join(", ")}.` : "List the buildpacks' folders as workspaces in package.json.",
  });
}

function refuseCycle(main: SourceModule, above: readonly string[]): void {
  if (!above.includes(main.dir)) return;
  throw new CnbError("BUILDPACK_ORDER_INVALID", `${moduleKey(main)} is a member of itself`, {
    hint: `Remove one of the dependencies from package.toml: ${[...above, main.dir].join(" → ")}`,
  });
}

/** Each once, sorted by id and version. */
export function uniqueModules(modules: readonly (SourceModule | PackagedModule)[]): (SourceModule | PackagedModule)[] {
  const found = new Map<string, SourceModule | PackagedModule>();
  for (const module of modules) {
    const key = moduleKey(module);
    // Sources win over what was packaged before: they are what is being worked on.
    if (!found.has(key) || isSource(module)) found.set(key, module);
  }
  return [...found.values()].sort(byKey);
}

function refuseOrder({ dir }: SourceModule, issues: readonly string[]): void {
  if (issues.length === 0) return;
  throw new CnbError(
    "BUILDPACK_ORDER_INVALID",
    `the order of ${join(dir, "buildpack.toml")} does not fit:\n  ${issues.join("\n  ")}`,
    {
      hint: "A composite buildpack names every member with its version, and package.toml lists exactly these members as [[dependencies]].",
    },
  );
}
