import { changedLines, newestOf } from "@libcnb/app-kit/inventory/versions";
import { type Entry, idOf, lineOf, newerFirst } from "./entry.ts";

/** Which releases an inventory has. */
export interface Policy {
  /** Lines of Java: `21`. */
  readonly lines: readonly string[];
  /** How many versions of each line, for each distribution, kind and processor. */
  readonly newest: number;
}

/** The newest versions of each line of what is there and what was found. What is there stays as it is: builds in closed networks may have that very file. */
export function merge(existing: readonly Entry[], found: readonly Entry[], policy: Policy): readonly Entry[] {
  const all = [...existing, ...found].filter((entry) => policy.lines.includes(lineOf(entry)));
  const groups = Map.groupBy(all, (entry) => `${idOf(entry)} ${lineOf(entry)} ${entry.arch}`);
  return [...groups.values()].flatMap((group) => newestOf(group, policy.newest, newerFirst));
}

/** What changed, a line for each file. */
export const changes = (before: readonly Entry[], after: readonly Entry[]): readonly string[] =>
  changedLines(texts(before), texts(after));

const texts = (entries: readonly Entry[]): readonly string[] =>
  entries.map((entry) => `${idOf(entry)} ${entry.version} for ${entry.arch}`).sort();
