import { changedLines, newestOf } from "@libcnb/app-kit/inventory/versions";
import { type Entry, idOf, lineOf, newerFirst } from "../src/release-entry.ts";

/** The policy of an inventory. */
export interface Policy {
  /** Lines of Java: `21`. */
  readonly lines: readonly string[];
  /** The number of versions per line, distribution, kind and processor. */
  readonly newest: number;
}

/**
 * The newest versions of each line among existing and found ones. Existing ones are unchanged,
 * because builds in closed networks may have exactly that file.
 */
export function merge(existing: readonly Entry[], found: readonly Entry[], policy: Policy): readonly Entry[] {
  const all = [...existing, ...found].filter((entry) => policy.lines.includes(lineOf(entry)));
  const groups = Map.groupBy(all, (entry) => `${idOf(entry)} ${lineOf(entry)} ${entry.arch}`);
  return [...groups.values()].flatMap((group) => newestOf(group, policy.newest, newerFirst));
}

/** The changes, one line per file. */
export const changes = (before: readonly Entry[], after: readonly Entry[]): readonly string[] =>
  changedLines(texts(before), texts(after));

const texts = (entries: readonly Entry[]): readonly string[] =>
  entries.map((entry) => `${idOf(entry)} ${entry.version} for ${entry.arch}`).sort();
