/**
 * The number of edits that turn one word into the other (a character added, removed, changed or
 * swapped with its neighbor), or `limit + 1` if it is more than `limit`.
 */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforePrevious: readonly number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwapped ? (beforePrevious[j - 2] ?? 0) + 1 : change;
      row.push(Math.min(change, swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    // A swap reads the row before the previous one.
    if (Math.min(...row, ...previous) > limit) return limit + 1;
    [beforePrevious, previous] = [previous, row];
  }
  return previous[b.length] ?? limit + 1;
}

/**
 * Returns the known names that are closest to a misspelt one: nearest first, three at most.
 *
 * @example `closeNames("ca-certificate", ["ca-certificates", "dash"]) // ["ca-certificates"]`
 */
export function closeNames(name: string, known: Iterable<string>): string[] {
  const limit = name.length < 5 ? 1 : 2;
  const scored: { readonly known: string; readonly score: number }[] = [];
  for (const candidate of known) {
    const score = distance(name, candidate, limit);
    if (score <= limit) scored.push({ known: candidate, score });
  }
  scored.sort((a, b) => a.score - b.score || (a.known < b.known ? -1 : 1));
  return scored.slice(0, 3).map((item) => item.known);
}
