import { dependencyTable } from "@libcnb/app-kit/inventory/dependency-table";
import { newerVersionFirst } from "@libcnb/app-kit/inventory/versions";

/** A release in buildpack.toml, without the fields that all releases of its id have in common. */
export interface Entry {
  /**
   * `node`: an archive of the Node.js project. `node-npm`: Node.js as a package of an npm registry.
   * `npm`: npm itself.
   */
  readonly id: string;
  readonly version: string;
  /** Go's name of the processor architecture; `undefined` for any. */
  readonly arch: string | undefined;
  readonly uri: string;
  /** The checksum: `sha256:<hex>`, or `sha512-<base64>` as in lockfiles. */
  readonly checksum: string;
}

/** The supported processor architectures, with Go's and Node.js's names. */
export const architectures = { amd64: "x64", arm64: "arm64" } as const;

export const lineOf = ({ version }: Pick<Entry, "version">): number => Number.parseInt(version, 10);

/** Compares releases. Returns a negative number if `a` is newer. */
export const newerFirst = (a: Pick<Entry, "version">, b: Pick<Entry, "version">): number =>
  newerVersionFirst(a.version, b.version);

/** Formats the table of a release in buildpack.toml. */
export function renderEntry(entry: Entry): string {
  const { id, version, arch, uri, checksum } = entry;
  const isNode = id !== "npm";
  return dependencyTable({
    id,
    version,
    arch,
    uri,
    checksum,
    hasTopFolder: id === "node",
    license: isNode ? "MIT" : "Artistic-2.0",
    name: isNode ? "Node.js" : undefined,
    os: isNode ? "linux" : undefined,
    cpe: isNode ? `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*` : undefined,
    purl: id === "node" ? `pkg:generic/node@${version}` : undefined,
    eolDate: isNode ? endOfLife(lineOf(entry)) : undefined,
  });
}

/**
 * The day on which the support of a release line ends; io.js and the lines before 4 end with 0.12.
 *
 * @see https://github.com/nodejs/release#release-schedule
 */
const days: Readonly<Record<number, string>> = {
  0: "2016-12-31",
  4: "2018-04-30",
  5: "2016-06-30",
  6: "2019-04-30",
  7: "2017-06-30",
  8: "2019-12-31",
  9: "2018-06-30",
  10: "2021-04-30",
  11: "2019-06-01",
  12: "2022-04-30",
  13: "2020-06-01",
  14: "2023-04-30",
  15: "2021-06-01",
  16: "2023-09-11",
  17: "2022-06-01",
  18: "2025-04-30",
  19: "2023-06-01",
  20: "2026-04-30",
  21: "2024-06-01",
  22: "2027-04-30",
  23: "2025-06-01",
  24: "2028-04-30",
  25: "2026-06-01",
  26: "2029-04-30",
};

/** The end-of-life date of a release line; `undefined` if unknown. */
const endOfLife = (line: number): string | undefined => days[line];
