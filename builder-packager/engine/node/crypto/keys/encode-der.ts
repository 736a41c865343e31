import { Buffer } from "../../buffer/class.ts";
import { TAG } from "../der.ts";

/** Encodes an element of DER with its tag, its length and its content. */
export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) {
    return [length];
  }
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) {
    bytes.unshift(rest % 256);
  }
  return [0x80 | bytes.length, ...bytes];
}

export const sequence = (...content: readonly Uint8Array[]): Buffer => element(TAG.sequence, ...content);

/** Encodes the bytes of an integer that is not negative. */
export function integer(bytes: Uint8Array): Buffer {
  const short = withoutZeros(bytes);
  const isPositive = (short[0] ?? 0x80) < 0x80;
  return element(TAG.integer, isPositive ? short : Buffer.concat([Buffer.of(0), short]));
}

/** Encodes whole bytes as a bit string. */
export const bitString = (bytes: Uint8Array): Buffer => element(TAG.bitString, Buffer.of(0), bytes);

export function withoutZeros(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start < 0 ? bytes.subarray(bytes.length) : bytes.subarray(start);
}
