import { tableOf, textOf } from "@libcnb/app-kit/tables";
import { type InventoryFile, optional, readInventory, string, type Table, table } from "libcnb";
import type { ToolPackage } from "./packages.ts";

/** A version of a package manager, or of a part of it, in an npm registry. */
export interface ToolRelease {
  readonly package: string;
  readonly version: string;
  /** `sha512-…` or `sha512:…`. */
  readonly checksum: string;
  readonly license: string | undefined;
  readonly arch: string | undefined;
  /** The versions of Node.js that run it. */
  readonly node: string | undefined;
}

/** The metadata of a release in a layer. */
export const releaseTable = table({
  package: string,
  version: string,
  checksum: string,
  license: optional(string),
  arch: optional(string),
  node: optional(string),
});

/**
 * The releases of a package in `[[metadata.dependencies]]` of buildpack.toml. The key `node` is
 * specific to this buildpack.
 */
export function knownReleases({ dependencies }: Table, source: ToolPackage): readonly ToolRelease[] {
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

/** The releases in a registry's document of a package that have a secure digest. */
export function publishedReleases(document: unknown, source: ToolPackage): readonly ToolRelease[] {
  return Object.entries(tableOf(tableOf(document).versions)).flatMap(([version, manifest]) => {
    const { dist, engines, license } = tableOf(manifest);
    const checksum = /sha512-[A-Za-z0-9+/]{86}==/.exec(textOf(tableOf(dist).integrity) ?? "")?.[0];
    if (checksum === undefined || !source.has(version) || !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) return [];
    const node = textOf(tableOf(engines).node);
    return [{ package: source.name, version, checksum, license: textOf(license), arch: source.arch, node }];
  });
}

/** An inventory of releases, to choose from and to install. */
export const inventoryOf = (id: string, releases: readonly ToolRelease[]): InventoryFile =>
  readInventory(releases.map((release) => entryOf(id, release)).join("\n"), `the releases of ${id}`);

function entryOf(id: string, { package: name, version, checksum, license, arch }: ToolRelease): string {
  const fields = {
    id,
    version,
    uri: `npm:${name}@${version}`,
    checksum,
    ...(license !== undefined && { licenses: [license] }),
    ...(arch !== undefined && { os: "linux", arch }),
  };
  // a JSON text is one of TOML, too
  const lines = Object.entries(fields).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return ["[[dependencies]]", ...lines, ""].join("\n");
}
