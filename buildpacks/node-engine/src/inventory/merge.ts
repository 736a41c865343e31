import { type Entry, type Inventory, type LtsLine, lineOf, newerFirst } from "./entry.ts";

/** Which releases an inventory has. */
export interface Policy {
  /** Lines of Node.js: 24. */
  readonly lines: readonly number[];
  /** How many releases of each line, for each processor. */
  readonly newest: number;
}

/** The newest releases of each line of what is there and what was found. What is there stays as it is: builds in closed networks may have that very file. */
export function merge(existing: Inventory, found: Inventory, policy: Policy): Inventory {
  const all = [...existing.entries, ...found.entries].filter(
    (entry) => entry.id === "npm" || policy.lines.includes(lineOf(entry)),
  );
  const groups = Map.groupBy(all, (entry) => `${entry.id} ${entry.arch} ${lineOf(entry)}`);
  const entries = [...groups.values()].flatMap((group) => distinct(group).toSorted(newerFirst).slice(0, policy.newest));
  return { entries: entries.toSorted(byPlace), ltsLines: mergeLines(existing.ltsLines, found.ltsLines) };
}

function distinct(group: readonly Entry[]): readonly Entry[] {
  return [...new Map(group.toReversed().map((entry) => [entry.version, entry])).values()];
}

const ids = ["node", "node-npm", "npm"];
const byPlace = (a: Entry, b: Entry): number =>
  ids.indexOf(a.id) - ids.indexOf(b.id) || newerFirst(b, a) || (a.arch ?? "").localeCompare(b.arch ?? "");

const mergeLines = (existing: readonly LtsLine[], found: readonly LtsLine[]): readonly LtsLine[] =>
  [...new Map([...existing, ...found].map((each) => [each.line, each])).values()].toSorted((a, b) => b.line - a.line);

/** What changed, a line for each version and each name. */
export function changes(before: Inventory, after: Inventory): readonly string[] {
  const added = minus(after.entries, before.entries).map((text) => `added ${text}`);
  const dropped = minus(before.entries, after.entries).map((text) => `dropped ${text}`);
  const known = before.ltsLines.map(({ line }) => line);
  const lines = after.ltsLines.filter(({ line }) => !known.includes(line));
  return [...added, ...dropped, ...lines.map(({ line, name }) => `line ${line} has long-term support now: ${name}`)];
}

function minus(entries: readonly Entry[], others: readonly Entry[]): readonly string[] {
  const text = ({ id, version, arch }: Entry) => [id, version, arch && `for ${arch}`].filter(Boolean).join(" ");
  const known = new Set(others.map(text));
  return entries.map(text).filter((each) => !known.has(each));
}
