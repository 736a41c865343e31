import { bytesOfName } from "../../files/file-name.ts";

/** Returns a string with one character for each byte of a file name. */
export const byteText = (name: string): string => (isAscii.test(name) ? name : bytesOfName(name).toString("latin1"));

const isAscii = /^[\0-\x7f]*$/;

export interface Rune {
  readonly rune: number;
  readonly size: number;
  readonly isValid: boolean;
}

/**
 * Decodes the character that begins at the byte with index `at`, as Go's `utf8.DecodeRune` does. A
 * byte that does not begin a valid character is decoded as U+FFFD.
 */
export function utf8Rune(bytes: string, at: number): Rune {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return { rune: first, size: 1, isValid: true };
  const size = sizeOf(first);
  let rune = first & (0xff >> (size + 1));
  for (let index = at + 1; index < at + size; index++) {
    const next = bytes.charCodeAt(index);
    if ((next & 0xc0) !== 0x80) return invalid; // also at the end, where it is NaN
    rune = (rune << 6) | (next & 0x3f);
  }
  return isCharacter(first, rune, size) ? { rune, size, isValid: true } : invalid;
}

/** The number of bytes that a character's first byte announces. */
function sizeOf(first: number): number {
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}

const invalid: Rune = { rune: 0xfffd, size: 1, isValid: false };

const smallest: readonly number[] = [0, 0, 0x80, 0x800, 0x10000];

const isCharacter = (first: number, rune: number, size: number): boolean =>
  first >= 0xc2 &&
  first <= 0xf4 &&
  rune >= (smallest[size] ?? 0) &&
  rune <= 0x10ffff &&
  !(rune >= 0xd800 && rune <= 0xdfff);
