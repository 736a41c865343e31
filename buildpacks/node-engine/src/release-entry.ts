/** A release that the Node.js project publishes for Linux. */
export interface Entry {
  /** The version, such as `24.18.0`. */
  readonly version: string;
  /** Go's name of the processor architecture. */
  readonly arch: string;
  readonly uri: string;
  /** `sha256:<hex>` */
  readonly checksum: string;
}

/** The supported processor architectures, with Go's and Node.js's names. */
export const architectures = { amd64: "x64", arm64: "arm64" } as const;

/** Compares releases. Returns a negative number if `a` is newer. */
export function newerFirst(a: Pick<Entry, "version">, b: Pick<Entry, "version">): number {
  const [left, right] = [a, b].map(({ version }) => version.split(".").map(Number)) as [number[], number[]];
  const index = left.findIndex((number, at) => number !== right[at]);
  return index < 0 ? 0 : (right[index] ?? 0) - (left[index] ?? 0);
}

/** Formats a release as an entry of an inventory. */
export function renderEntry({ version, arch, uri, checksum }: Entry): string {
  const endOfLife = days[Number.parseInt(version, 10)];
  const texts = {
    id: "node",
    name: "Node.js",
    version,
    os: "linux",
    arch,
    uri,
    checksum,
    purl: `pkg:generic/node@${version}`,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
  };
  const lines = [
    ...Object.entries(texts).map(([key, value]) => `${key} = ${JSON.stringify(value)}`),
    "strip-components = 1",
    'licenses = ["MIT"]',
    ...(endOfLife === undefined ? [] : [`eol-date = ${endOfLife}`]),
  ];
  return `[[dependencies]]\n${lines.join("\n")}\n`;
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
