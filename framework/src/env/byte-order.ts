/**
 * Compares strings by their UTF-8 bytes, the order of Go's sort. JavaScript's own UTF-16 order
 * differs only beyond U+FFFF.
 *
 * @example `["b", "a"].sort(byBytes) // ["a", "b"]`
 */
export function byBytes(one: string, other: string): number {
  if (one === other) return 0;
  if (hasSurrogates(one) || hasSurrogates(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : 1;
}

const hasSurrogates = (text: string): boolean => /[\ud800-\udfff]/.test(text);
