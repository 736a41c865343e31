import type { Versions } from "./scheme.ts";

/** A release line, which an error suggests if the requested exact version is not available. */
export interface Line {
  /** The line as a range: `3.12`, or `==3.12.*` for `==3.12.4`. */
  readonly range: string;
  /** The name of the line for display: `3.12`. */
  readonly numbers: string;
  /** The newest release of the line. */
  readonly newest: string;
}

/**
 * Determines the release line of an exact version: the longest prefix of its numbers for which
 * other releases exist.
 *
 * @returns undefined for a text that is not an exact version, or if its line has no releases
 */
export function lineOf(wanted: string, newestFirst: readonly string[], { lineLength }: Versions): Line | undefined {
  const [, sign, version = ""] = /^(={0,3})\s*v?(\d+(?:\.\d+){2,})$/.exec(wanted.trim()) ?? [];
  const all = version.split(".");
  for (let length = all.length - 1; length >= lineLength; length--) {
    const numbers = all.slice(0, length).join(".");
    const newest = newestFirst.find((each) => each.startsWith(`${numbers}.`));
    if (newest !== undefined) return { numbers, newest, range: sign === "==" ? `==${numbers}.*` : numbers };
  }
  return undefined;
}
