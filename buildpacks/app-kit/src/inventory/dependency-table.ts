/** A release to write into a buildpack.toml as `[[metadata.dependencies]]`. */
export interface Dependency {
  readonly id: string;
  /** The name in logs and SBOMs. */
  readonly name?: string | undefined;
  readonly version: string;
  readonly os?: "linux" | undefined;
  readonly arch?: string | undefined;
  readonly uri: string;
  readonly checksum: string;
  /** True if the archive has a single top-level directory. */
  readonly hasTopFolder: boolean;
  readonly license: string;
  readonly purl?: string | undefined;
  readonly cpe?: string | undefined;
  /** The day after which the release line gets no fixes, if known. */
  readonly eolDate?: string | undefined;
}

/**
 * Writes the `[[metadata.dependencies]]` table of a release in a buildpack.toml.
 *
 * @example `dependencyTable({ id: "x", version: "1.0.0", uri, checksum, hasTopFolder: true,
 * license: "MIT" })`
 */
export function dependencyTable(dependency: Dependency): string {
  const { id, name, version, os, arch, uri, checksum, hasTopFolder, license, purl, cpe, eolDate } = dependency;
  const texts = Object.entries({ id, name, version, os, arch, uri, checksum });
  const fields = [
    ...texts.map(([key, value]) => [key, value && `"${value}"`]),
    ["strip-components", hasTopFolder ? "1" : undefined],
    ["licenses", `["${license}"]`],
    ["purl", purl && `"${purl}"`],
    ["cpe", cpe && `"${cpe}"`],
    ["eol-date", eolDate],
  ];
  const written = fields.flatMap(([key, value]) => (value === undefined ? [] : [`${key} = ${value}\n`]));
  return `[[metadata.dependencies]]\n${written.join("")}`;
}
