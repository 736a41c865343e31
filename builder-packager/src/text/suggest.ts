/**
 * The number of edits that turn one word into the other, or `limit + 1` if it is more than `limit`.
 */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    if (Math.min(...row) > limit) return limit + 1;
    previous = row;
  }
  return previous[b.length] ?? limit + 1;
}

/**
 * Returns the known names that are closest to a misspelled name: nearest first, three at most.
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
