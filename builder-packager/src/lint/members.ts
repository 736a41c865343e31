import { dirname, join, resolve } from "node:path";
import type { BuildpackToml, DeclaredTarget, OrderMember } from "libcnb/spec";
import { type PackageToml, parsePackageToml } from "../buildpackage/package-toml.ts";
import { parseLocation } from "../buildpackage/sources/location.ts";
import { workspaceBuildpacks } from "../buildpackage/sources/workspace.ts";
import { decodeDescriptor } from "../config/module-descriptor.ts";
import { readText } from "./document.ts";

/** A dependency: a buildpack of the machine, or the reason why it cannot be found. */
type Dependency = { readonly id: string; readonly version: string } | { readonly reason: string };

/**
 * The buildpacks that a package.toml or a builder.toml names, as far as their locations are
 * directories.
 */
export interface Members {
  /** One entry for each location; undefined for images and files, whose content is not read. */
  readonly dependencies: readonly (Dependency | undefined)[];
  /** The versions of all buildpacks by id, members of composite buildpacks included. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  /** The members in the orders of composite buildpacks. */
  readonly nested: readonly OrderMember[];
  readonly targets: ReadonlyMap<string, readonly DeclaredTarget[]>;
  /** The paths of the buildpack.toml files that were found. */
  readonly files: readonly string[];
  /** True if images and files are among the locations, which may contain further buildpacks. */
  readonly isOpen: boolean;
}

/** Finds the buildpacks at locations that are relative to a directory. No network is used. */
export async function membersOf(uris: readonly string[], base: string): Promise<Members> {
  const found = new Map<string, BuildpackToml>();
  const dependencies: (Dependency | undefined)[] = [];
  for (const uri of uris) dependencies.push(await dependencyOf(uri, base, found));
  const descriptors = [...found.values()];
  const versions = Map.groupBy(descriptors, ({ buildpack }) => buildpack.id);
  return {
    dependencies,
    versions: new Map(
      [...versions].map(([id, list]) => [id, [...new Set(list.map(({ buildpack }) => buildpack.version))]]),
    ),
    nested: descriptors.flatMap(({ order }) => order.flat()),
    targets: new Map(descriptors.map((each) => [each.buildpack.id, each.targets])),
    files: [...found.keys()],
    isOpen: dependencies.includes(undefined),
  };
}

async function dependencyOf(
  uri: string,
  base: string,
  found: Map<string, BuildpackToml>,
): Promise<Dependency | undefined> {
  try {
    // a package that a build writes later, or that has members of its own, is not read
    if (isArchive(uri)) return undefined;
    const location = await parseLocation(uri, base);
    if (location.kind === "address" || location.kind === "image") return undefined;
    const dir = location.kind === "path" ? location.path : (await workspaceBuildpacks(base)).get(location.id);
    if (dir === undefined) return { reason: `no buildpack of the workspace has the id ${uri.slice("libcnb:".length)}` };
    return await buildpackIn(dir, found);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

const isArchive = (uri: string): boolean => /\.(cnb|tar|tgz|tar\.gz|zip)$/.test(uri);

/** The buildpack in a directory, or that its package.toml names. Its members are added to `found`. */
async function buildpackIn(dir: string, found: Map<string, BuildpackToml>): Promise<Dependency | undefined> {
  const packageToml = await readPackage(dir);
  const own = packageToml === undefined ? dir : resolve(dir, packageToml.uri);
  const file = join(own, "buildpack.toml");
  const known = found.get(file);
  if (known !== undefined) return known.buildpack;
  const read = await readText(file);
  if (!("text" in read)) return isArchive(dir) ? undefined : { reason: `${dir} contains no buildpack.toml` };
  const descriptor = decodeDescriptor("buildpack", read.text, file);
  found.set(file, descriptor);
  for (const uri of packageToml?.dependencies ?? []) await dependencyOf(uri, dir, found);
  return descriptor.buildpack;
}

/**
 * Reads the package.toml of a directory. Returns undefined if there is none, or if it is invalid,
 * which another rule reports.
 */
export async function readPackage(dir: string): Promise<PackageToml | undefined> {
  const file = join(dir, "package.toml");
  const read = await readText(file);
  if (!("text" in read)) return undefined;
  try {
    return parsePackageToml(read.text, file);
  } catch {
    return undefined;
  }
}

/**
 * Finds the README.md for a buildpack: in the buildpack's directory, or in a parent directory
 * within the same project.
 */
export async function readmeFor(dir: string): Promise<{ readonly name: string; readonly text: string } | undefined> {
  const read = await readText(join(dir, "README.md"));
  if ("text" in read) return { name: "README.md", text: read.text };
  const isRoot = "text" in (await readText(join(dir, "package.json"))) || dirname(dir) === dir;
  const above = isRoot ? undefined : await readmeFor(dirname(dir));
  return above && { ...above, name: `../${above.name}` };
}
