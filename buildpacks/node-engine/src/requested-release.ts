import { endedLtsLines, type LtsLines } from "./lines.ts";

/** The meaning of a version request. */
export interface RequestedRelease {
  /** A semantic version range as npm understands it. */
  readonly range: string;
  /**
   * True if the newest release is requested by name, such as `latest`. The newest release is then
   * preferred over releases with long-term support.
   */
  readonly newest: boolean;
}

const newestWords = ["node", "stable", "latest", "current", "unstable"];

/**
 * Parses a version, a range, or an alias of nvm and fnm: `lts`, `lts/*`, `lts/-1` (the previous
 * line), `lts/krypton`, `node`, `stable`, `latest`, `current`. Returns `undefined` for an unknown
 * LTS line.
 */
export function wantedOf(words: string, lines: LtsLines): RequestedRelease | undefined {
  const text = words.trim().toLowerCase();
  if (newestWords.includes(text)) return { range: "*", newest: true };
  const [isLts, name = "*"] = /^lts(?:[/-](.+))?$/.exec(text) ?? [];
  if (isLts === undefined) return { range: words.trim(), newest: false };
  const line = ltsLine(name, lines);
  return line === undefined ? undefined : { range: `${line}.x`, newest: false };
}

function ltsLine(name: string, lines: LtsLines): number | undefined {
  const all = [...lines];
  const [back] = /^-\d{1,3}$/.exec(name) ?? [];
  if (back !== undefined) return all[-Number(back)]?.[0];
  if (["*", "latest", "lts"].includes(name)) return all[0]?.[0];
  return [...all, ...endedLtsLines].find(([, each]) => each.toLowerCase() === name)?.[0];
}
