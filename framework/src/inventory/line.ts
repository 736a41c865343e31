import type { Versions } from "./versions.ts";

/** What goes on to be served when an exact version is gone. */
export interface Line {
  /** As ranges have it: `3.12`, of `==3.12.4` `==3.12.*`. */
  readonly range: string;
  /** For people: `3.12`. */
  readonly numbers: string;
  /** The newest release of it. */
  readonly newest: string;
}

/**
 * The line of an exact version: of the releases that begin with the same numbers, as many as there are some of.
 *
 * @returns undefined for what is no exact version, and where nothing of its line is left
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
