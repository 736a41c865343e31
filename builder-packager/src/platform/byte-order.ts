/** Compares strings as their UTF-8 bytes, the order of Go's sort (JavaScript compares UTF-16 units). */
export function byBytes(one: string, other: string): number {
  if (one === other) return 0;
  return isAscii(one) && isAscii(other) ? (one < other ? -1 : 1) : Buffer.compare(Buffer.from(one), Buffer.from(other));
}

const isAscii = (text: string): boolean => !/[^\u0000-\u007f]/.test(text);
