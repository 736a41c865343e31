import { type BuildpackIdentity, integer, list, metadataOf, optional, string, table } from "libcnb";

/** The names of the LTS lines of Node.js by major version, newest first. */
export type LtsLines = ReadonlyMap<number, string>;

const schema = table({ "lts-lines": optional(list(table({ line: integer, name: string }))) });

/** Reads `[[metadata.lts-lines]]` of buildpack.toml. */
export function ltsLines(buildpack: BuildpackIdentity): LtsLines {
  const { "lts-lines": lines = [] } = metadataOf(buildpack, schema);
  return new Map(lines.toSorted((a, b) => b.line - a.line).map(({ line, name }) => [line, name]));
}

/** The release line of a version: 24 for `24.21.0`. */
export const lineOf = (version: string): number => Number.parseInt(version, 10);

/** Release lines whose long-term support has ended. Apps still request them by name. */
export const endedLtsLines: LtsLines = new Map([
  [18, "Hydrogen"],
  [16, "Gallium"],
  [14, "Fermium"],
  [12, "Erbium"],
  [10, "Dubnium"],
  [8, "Carbon"],
  [6, "Boron"],
  [4, "Argon"],
]);

/** The notice about a version's release line, besides its end of support. */
export function lineNotice(version: string, lines: LtsLines): string | undefined {
  const line = lineOf(version);
  if (lines.has(line) || line < Math.min(...lines.keys())) return undefined;
  return line % 2 === 1
    ? `Node.js ${line} never gets long-term support, as no odd line does: use an even one for what runs for long`
    : `Node.js ${line} does not have long-term support yet`;
}
