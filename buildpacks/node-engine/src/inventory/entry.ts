import { newerVersionFirst } from "@libcnb/app-kit/inventory/versions";

/** A release in buildpack.toml, without the fields common to all releases of its id. */
export interface Entry {
  /** `node`: an archive of the Node.js project. `node-npm`: a package of an npm registry. `npm`: npm itself. */
  readonly id: string;
  readonly version: string;
  /** Go's name of the processor; `undefined`: any. */
  readonly arch: string | undefined;
  readonly uri: string;
  /** `sha256:<hex>`, or `sha512-<base64>` as in lockfiles. */
  readonly checksum: string;
}

/** A line with long-term support. */
export interface LtsLine {
  readonly line: number;
  readonly name: string;
}

/** The generated part of buildpack.toml. */
export interface Inventory {
  readonly entries: readonly Entry[];
  readonly ltsLines: readonly LtsLine[];
}

/** The supported processors: Go's names, and Node.js's. */
export const architectures = { amd64: "x64", arm64: "arm64" } as const;

export const lineOf = ({ version }: Pick<Entry, "version">): number => Number.parseInt(version, 10);

/** Below 0 if `a` is newer. */
export const newerFirst = (a: Pick<Entry, "version">, b: Pick<Entry, "version">): number =>
  newerVersionFirst(a.version, b.version);
