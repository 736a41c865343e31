import { changedLines, newestOf } from "@libcnb/app-kit/inventory/versions";
import { type Entry, type Inventory, type LtsLine, lineOf, newerFirst } from "../src/release-entry.ts";

/** The policy of an inventory. */
export interface Policy {
  /** Lines of Node.js: 24. */
  readonly lines: readonly number[];
  /** The number of releases per line and processor. */
  readonly newest: number;
}

/**
 * The newest releases of each line among existing and found ones. Existing ones are unchanged,
 * because builds in closed networks may have exactly that file.
 */
export function merge(existing: Inventory, found: Inventory, policy: Policy): Inventory {
  const all = [...existing.entries, ...found.entries].filter(
    (entry) => entry.id === "npm" || policy.lines.includes(lineOf(entry)),
  );
  const groups = Map.groupBy(all, (entry) => `${entry.id} ${entry.arch} ${lineOf(entry)}`);
  const entries = [...groups.values()].flatMap((group) => newestOf(group, policy.newest, newerFirst));
  return { entries: entries.toSorted(byPosition), ltsLines: mergeLines(existing.ltsLines, found.ltsLines) };
}

const ids = ["node", "node-npm", "npm"];
const byPosition = (a: Entry, b: Entry): number =>
  ids.indexOf(a.id) - ids.indexOf(b.id) || newerFirst(b, a) || (a.arch ?? "").localeCompare(b.arch ?? "");

const mergeLines = (existing: readonly LtsLine[], found: readonly LtsLine[]): readonly LtsLine[] =>
  [...new Map([...existing, ...found].map((each) => [each.line, each])).values()].toSorted((a, b) => b.line - a.line);

/** The changes, one line per version and name. */
export function changes(before: Inventory, after: Inventory): readonly string[] {
  const entries = changedLines(before.entries.map(textOf), after.entries.map(textOf));
  const known = before.ltsLines.map(({ line }) => line);
  const lines = after.ltsLines.filter(({ line }) => !known.includes(line));
  return [...entries, ...lines.map(({ line, name }) => `line ${line} is in long-term support now: ${name}`)];
}

const textOf = ({ id, version, arch }: Entry): string => [id, version, arch && `for ${arch}`].filter(Boolean).join(" ");
