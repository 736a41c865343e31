/**
 * Compares strings by their UTF-8 bytes, as Go's sort does. JavaScript's own order, by UTF-16
 * units, differs only beyond U+FFFF.
 *
 * @example `["b", "a"].sort(byBytes) // ["a", "b"]`
 */
export function byBytes(one: string, other: string): number {
  if (one === other) return 0;
  if (hasSurrogates(one) || hasSurrogates(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : 1;
}

const hasSurrogates = (text: string): boolean => /[\ud800-\udfff]/.test(text);
