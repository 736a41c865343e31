import type { Release } from "libcnb";
import { readInventory } from "libcnb/standalone";
import type { UpdateResult } from "./run-updater.ts";
import { changedLines, newestOf } from "./versions.ts";

/** Describes the releases that an updater writes into a buildpack.toml. */
export interface ReleaseList<Entry> {
  /** The command that writes them: `npm run inventory`. */
  readonly command: string;
  /** Converts a release of the inventory to an entry. */
  parse(release: Release): Entry;
  /** Formats the table of an entry. */
  format(entry: Entry): string;
  /** Compares the positions of two entries in the file. */
  order(a: Entry, b: Entry): number;
  /** Returns the name of an entry in reports: `3.14.7 for amd64`. */
  nameOf(entry: Entry): string;
}

/** A release list in which newer releases replace older ones. */
export interface MergedList<Entry, Line> extends ReleaseList<Entry> {
  /** Compares ages. Returns a negative number if `a` is newer. */
  newerFirst(a: Entry, b: Entry): number;
  /** Returns the release line; `undefined` if the entry is kept for any requested lines. */
  lineOf(entry: Entry): Line | undefined;
  /** Returns a text that is equal for entries of which only the newest are kept. */
  groupOf(entry: Entry): string;
}

/** The releases that an updater keeps: the release lines, and the number of versions of each. */
export interface Policy<Line = string> {
  /** The release lines: `3.14`. */
  readonly lines: readonly Line[];
  /** The number of versions per line and processor. */
  readonly newest: number;
}

/** Adds the found releases to those in the text of a buildpack.toml, and drops older ones. */
export function refreshReleases<Entry extends { readonly version: string }, Line>(
  list: MergedList<Entry, Line>,
  text: string,
  { entries, failures }: FoundReleases<Entry>,
  policy: Policy<Line>,
): Required<UpdateResult> {
  const existing = parseReleases(list, text);
  const merged = mergeReleases(list, existing, entries, policy);
  return { texts: [renderReleases(list, text, merged)], failures, changes: changesOf(list, existing, merged) };
}

/** The releases that sources publish, and the sources that cannot be read. */
export interface FoundReleases<Entry> {
  readonly entries: readonly Entry[];
  /** One sentence each. */
  readonly failures: readonly string[];
}

/** Parses the releases in the text of a buildpack.toml. */
export const parseReleases = <Entry>(list: ReleaseList<Entry>, text: string): readonly Entry[] =>
  readInventory(text, "buildpack.toml").releases.map((release) => list.parse(release));

/**
 * Replaces the generated part of a buildpack.toml.
 *
 * @param head tables before those of the releases
 */
export function renderReleases<Entry>(
  list: ReleaseList<Entry>,
  text: string,
  entries: readonly Entry[],
  head: readonly string[] = [],
): string {
  const tables = entries.toSorted((a, b) => list.order(a, b)).map((entry) => list.format(entry));
  return withWrittenPart(text, list.command, [...head, ...tables].join("\n"));
}

/**
 * Returns the newest releases among existing and found ones, in the order of the file. Existing ones
 * are unchanged, even if the same version was published again, because builds in closed networks may
 * have exactly that file.
 */
export function mergeReleases<Entry extends { readonly version: string }, Line>(
  list: MergedList<Entry, Line>,
  existing: readonly Entry[],
  found: readonly Entry[],
  { lines, newest }: Policy<Line>,
): readonly Entry[] {
  const isKept = (line: Line | undefined) => line === undefined || lines.includes(line);
  const all = [...existing, ...found].filter((entry) => isKept(list.lineOf(entry)));
  const groups = Map.groupBy(all, (entry) => list.groupOf(entry));
  return [...groups.values()]
    .flatMap((group) => newestOf(group, newest, (a, b) => list.newerFirst(a, b)))
    .toSorted((a, b) => list.order(a, b));
}

/** Returns the added and the dropped releases, one line each. */
export function changesOf<Entry>(
  list: ReleaseList<Entry>,
  before: readonly Entry[],
  after: readonly Entry[],
): readonly string[] {
  const names = (entries: readonly Entry[]) =>
    entries.toSorted((a, b) => list.order(a, b)).map((entry) => list.nameOf(entry));
  return changedLines(names(before), names(after));
}

/** The line of a file behind which everything is written by a command. */
const marker = (command: string): string => `# Written by \`${command}\`; do not edit the lines below.\n`;

/**
 * Replaces the generated part of a text, which follows a marker line. Without a marker line, the
 * part is appended.
 */
export function withWrittenPart(text: string, command: string, written: string): string {
  const [head = ""] = text.split(marker(command));
  return `${head.trimEnd()}\n\n${marker(command)}\n${written}`;
}
