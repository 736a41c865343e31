import { type BuildpackIdentity, metadataOf, s } from "libcnb";

/** The names of the LTS lines of Node.js by major version, newest first. */
export type LtsLines = ReadonlyMap<number, string>;

const schema = s.table({ "lts-lines": s.optional(s.list(s.table({ line: s.integer, name: s.string }))) });

/** Parses `[[metadata.lts-lines]]` of buildpack.toml. */
export function ltsLines(buildpack: BuildpackIdentity): LtsLines {
  const { "lts-lines": lines = [] } = metadataOf(buildpack, schema);
  return new Map(lines.toSorted((a, b) => b.line - a.line).map(({ line, name }) => [line, name]));
}

/** Returns the release line of a version: 24 for `24.21.0`. */
export const lineOf = (version: string): number => Number.parseInt(version, 10);

/**
 * The names of the release lines whose long-term support has ended, because apps still request them
 * by name.
 */
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

/**
 * Creates the notice that a version's release line is not an LTS line. Returns `undefined` for an
 * LTS line, and for a line that is older than all supported LTS lines.
 */
export function lineNotice(version: string, lines: LtsLines): string | undefined {
  const line = lineOf(version);
  if (lines.has(line) || line < Math.min(...lines.keys())) return undefined;
  return line % 2 === 1
    ? `Node.js ${line} never gets long-term support, because its major version is odd: use an even one in production`
    : `Node.js ${line} is not in long-term support yet`;
}
