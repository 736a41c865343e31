import { type Decoded, decode, list, oneOf, optional, string, table } from "libcnb";

/** Where Node.js comes from: the Node.js project's archives, or the packages of an npm registry. */
const distribution = oneOf("archive", "npm");

/** A release; also the metadata of the layer that holds it, so that any difference installs anew. */
export const release = table({
  distribution,
  version: string,
  arch: oneOf("amd64", "arm64"),
  /** Below the mirror for an archive; the package's name for npm. */
  path: string,
  /** `sha256:<hex>` or a Subresource Integrity string; the only thing that makes a download trusted. */
  integrity: string,
  /** The version of npm that is installed beside a Node.js from an npm package, which has none. */
  npm: optional(string),
});

const schema = table({
  "default-version": string,
  mirror: string,
  releases: list(release),
  npm: list(table({ version: string, integrity: string })),
});

/** `[metadata]` of buildpack.toml: all releases that this buildpack can install. */
export type Inventory = Decoded<typeof schema>;
export type Release = Decoded<typeof release>;
export type Distribution = Decoded<typeof distribution>;

/** Reads the inventory; it is part of this buildpack, so that a mistake in it is a bug. */
export function readInventory(metadata: unknown): Inventory {
  const decoding = decode(schema, metadata, "metadata");
  if (decoding.issues === undefined) return decoding.value;
  throw new Error(`buildpack.toml: ${decoding.issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}`);
}

/** The releases that can be installed on a target. */
export const releasesFor = (all: Inventory, from: Distribution, arch: string): readonly Release[] =>
  all.releases.filter((each) => each.distribution === from && each.arch === arch);

/** The integrity of a version of npm, from the inventory; never from the network. */
export function npmIntegrity(all: Inventory, version: string): string {
  const found = all.npm.find((each) => each.version === version);
  if (found === undefined) throw new Error(`buildpack.toml has no [[metadata.npm]] of version ${version}`);
  return found.integrity;
}
