import { defined } from "@libcnb/app-kit/defined";
import { tableOf, textOf } from "@libcnb/app-kit/tables";
import type { ManagerName } from "@libcnb/node-app";
import { type InventoryFile, s, type Target } from "libcnb";
import { readInventory } from "libcnb/standalone";

/** The properties of a machine that determine which executables of a package manager it can run. */
export interface Machine extends Pick<Target, "arch"> {
  /** True if the processor has AVX2, which the faster build of Bun needs. */
  readonly avx2: boolean;
}

/** An npm package that contains a package manager. */
export interface ToolPackage {
  readonly name: string;
  /** Returns true if a version of the package manager is in this package. */
  readonly has: (version: string) => boolean;
  /** The architecture of the executables in the package. */
  readonly arch?: string;
}

/**
 * Returns the npm packages that contain a package manager, each with a check for the versions in
 * the package. For pnpm 12 and newer, this is the package `pnpm`, which does not contain the
 * executable. {@link nativePackage} returns the package with the executable.
 */
export function mainPackages(name: ManagerName, machine: Machine): readonly ToolPackage[] {
  if (name === "yarn") {
    return [
      { name: "yarn", has: (version) => majorOf(version) < 2 },
      { name: "@yarnpkg/cli-dist", has: (version) => majorOf(version) >= 2 },
    ];
  }
  if (name !== "bun") return [{ name, has: () => true }];
  const x64 = machine.avx2 ? "x64" : "x64-baseline";
  const suffix = machine.arch === "arm64" ? "aarch64" : x64;
  return [{ name: `@oven/bun-linux-${suffix}`, has: () => true, arch: machine.arch }];
}

/**
 * Returns the npm package that contains the executable of pnpm 12 and newer; `undefined` for other
 * package managers. pnpm downloads this package itself only from a registry that signs its
 * packages.
 */
export const nativePackage = (name: ManagerName, version: string, { arch }: Machine): ToolPackage | undefined =>
  name === "pnpm" && majorOf(version) >= 12
    ? { name: `@pnpm/exe.linux-${arch === "amd64" ? "x64" : arch}`, has: (each) => each === version, arch }
    : undefined;

const majorOf = (version: string): number => Number.parseInt(version, 10);

/** A version of a package manager, or of a part of it, in an npm registry. */
export interface ToolRelease {
  readonly package: string;
  readonly version: string;
  /** The checksum: `sha512-…` or `sha512:…`. */
  readonly checksum: string;
  readonly license: string | undefined;
  readonly arch: string | undefined;
  /** The range of Node.js versions that the release supports. */
  readonly node: string | undefined;
}

/** The schema of the metadata of a layer with a release. */
export const releaseTable = s.table({
  package: s.string,
  version: s.string,
  checksum: s.string,
  license: s.optional(s.string),
  arch: s.optional(s.string),
  node: s.optional(s.string),
});

/**
 * Returns the releases of a package in `[[metadata.dependencies]]` of buildpack.toml. The key
 * `node` is an extension of this buildpack.
 */
export function knownReleases({ dependencies }: s.Table, source: ToolPackage): readonly ToolRelease[] {
  const entries = (Array.isArray(dependencies) ? dependencies : []) as readonly Readonly<Record<string, unknown>>[];
  return entries.flatMap(({ uri, version, checksum, licenses, arch, node }) =>
    uri === `npm:${source.name}@${version}` && source.has(String(version))
      ? [
          {
            package: source.name,
            version: String(version),
            checksum: String(checksum),
            license: Array.isArray(licenses) ? textOf(licenses[0]) : undefined,
            arch: textOf(arch),
            node: textOf(node),
          },
        ]
      : [],
  );
}

/** Returns the releases in a registry's document about a package that have a secure digest. */
export function publishedReleases(document: unknown, source: ToolPackage): readonly ToolRelease[] {
  return Object.entries(tableOf(tableOf(document).versions)).flatMap(([version, manifest]) => {
    const { dist, engines, license } = tableOf(manifest);
    const checksum = /sha512-[A-Za-z0-9+/]{86}==/.exec(textOf(tableOf(dist).integrity) ?? "")?.[0];
    if (checksum === undefined || !source.has(version) || !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) return [];
    const node = textOf(tableOf(engines).node);
    return [{ package: source.name, version, checksum, license: textOf(license), arch: source.arch, node }];
  });
}

/** Creates an inventory of releases, to choose from and to install. */
export const inventoryOf = (id: string, releases: readonly ToolRelease[]): InventoryFile =>
  readInventory(releases.map((release) => entryOf(id, release)).join("\n"), `the releases of ${id}`);

function entryOf(id: string, { package: name, version, checksum, license, arch }: ToolRelease): string {
  const fields = {
    id,
    version,
    uri: `npm:${name}@${version}`,
    checksum,
    ...defined({
      licenses: license === undefined ? undefined : [license],
      os: arch === undefined ? undefined : "linux",
      arch,
    }),
  };
  // a JSON string is also a valid TOML string
  const lines = Object.entries(fields).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return ["[[dependencies]]", ...lines, ""].join("\n");
}
