import type { ChosenValue } from "./choose.ts";

/** An undeclared variable that the user set, and the declared variable that it resembles. */
export interface MisspeltVariable {
  readonly name: string;
  readonly meant: string;
}

/**
 * Finds the user's variables that are probably misspellings of a declared variable that the user
 * did not set. If a name only has a prefix in common with a declared variable, the name is not
 * reported, because it may belong to another buildpack.
 */
export function misspeltNames(set: readonly string[], chosen: readonly ChosenValue[]): readonly MisspeltVariable[] {
  const declared = new Set(chosen.map(({ configuration }) => configuration.name));
  const missing = chosen.filter(({ source }) => source !== "user").map(({ configuration }) => configuration.name);
  return set
    .filter((name) => /^BPL?_/i.test(name) && name.length <= 100 && !declared.has(name))
    .flatMap((name) => {
      const meant = missing.find((each) => isNear(name.toUpperCase(), each.toUpperCase()));
      return meant === undefined ? [] : [{ name, meant }];
    });
}

// Two slips in a long name, one in a short one.
function isNear(name: string, meant: string): boolean {
  return distance(name, meant) <= (meant.length >= 12 ? 2 : 1);
}

/** The number of characters left out, added, changed or swapped with their neighbor. */
function distance(from: string, to: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const at = (line: readonly number[], column: number) => line[column] ?? 0;
      const changed = at(row, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwapped ? at(before, j - 2) + 1 : changed;
      next.push(Math.min(at(row, j) + 1, at(next, j - 1) + 1, changed, swapped));
    }
    [before, row] = [row, next];
  }
  return row[to.length] ?? 0;
}
