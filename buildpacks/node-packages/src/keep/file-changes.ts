import type { Entry, Fingerprints } from "./listing.ts";

/** The changed files in words: `src/app.ts changed`. */
export function fileChanges(before: Fingerprints, after: Fingerprints): readonly string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return paths.filter((path) => before.get(path) !== after.get(path)).map((path) => change(path, before, after));
}

/** The first changes, and the number of others. */
export const firstChanges = (changes: readonly string[]): string =>
  [
    ...changes.slice(0, shownChanges),
    ...(changes.length > shownChanges ? [`and ${changes.length - shownChanges} more`] : []),
  ].join(", ");

const shownChanges = 3;

function change(path: string, before: Fingerprints, after: Fingerprints): string {
  const name = /^[\x21-\x7e]+$/.test(path) ? path : JSON.stringify(path); // a name may hold line breaks
  if (!before.has(path)) return `${name} is new`;
  if (!after.has(path)) return `${name} is gone`;
  const [was, is] = [kindAndContents(before.get(path)), kindAndContents(after.get(path))];
  return was === is ? `${name} has other permissions` : `${name} changed`;
}

const kindAndContents = (fingerprint = ""): string => fingerprint.replace(/^(file|directory) \d+/, "$1");

/** The result of a build: paths to remove, then entries to write. */
export function resultOf(
  before: Fingerprints,
  after: readonly Entry[],
  fingerprintOf: (entry: Entry) => string | undefined,
): { readonly removed: readonly string[]; readonly written: readonly Entry[] } {
  const isSame = (entry: Entry) => before.has(entry.path) && before.get(entry.path) === fingerprintOf(entry);
  const written = after.filter((entry) => !isSame(entry));
  const replaced = new Set(written.filter((entry) => !staysFolder(before, entry)).map(({ path }) => path));
  const present = new Set(after.map(({ path }) => path));
  return { removed: [...before.keys()].filter((path) => !present.has(path) || replaced.has(path)), written };
}

/** A folder that only got other permissions must not be removed with all that is in it. */
const staysFolder = (before: Fingerprints, { kind, path }: Entry): boolean =>
  kind === "directory" && before.get(path)?.startsWith("directory ") === true;
