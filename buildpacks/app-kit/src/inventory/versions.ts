/**
 * Compares versions of numbers and dots, such as `3.14.7`. Returns a negative number if `a` is
 * newer.
 */
export function newerVersionFirst(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number)) as [number[], number[]];
  const index = left.findIndex((number, at) => number !== right[at]);
  return index < 0 ? 0 : (right[index] ?? 0) - (left[index] ?? 0);
}

/** Returns the newest versions without duplicates. If versions are equal, the first one is kept. */
export function newestOf<Entry extends { readonly version: string }>(
  group: readonly Entry[],
  count: number,
  order: (a: Entry, b: Entry) => number,
): readonly Entry[] {
  const distinct = new Map(group.toReversed().map((entry) => [entry.version, entry]));
  return [...distinct.values()].toSorted(order).slice(0, count);
}

/** Returns the changes between two lists, one line each. */
export const changedLines = (before: readonly string[], after: readonly string[]): readonly string[] => [
  ...minus(after, before).map((text) => `added ${text}`),
  ...minus(before, after).map((text) => `dropped ${text}`),
];

const minus = (some: readonly string[], others: readonly string[]): readonly string[] => {
  const known = new Set(others);
  return some.filter((each) => !known.has(each));
};
