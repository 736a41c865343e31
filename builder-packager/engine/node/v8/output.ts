import { encode } from "engine:text";
import { TAG } from "./format.ts";

/** The bytes of a serialized value, as they are written. */
export class Output {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Returns the bytes that were written. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** Writes an integer from 0 to 2^32 - 1, seven bits a byte. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Writes a text with its tag. The units of UTF-16 are at an even position. */
  text(value: string): void {
    const isLatin1 = !/[\u0100-\uffff]/.test(value);
    const bytes = new Uint8Array(encode(value, isLatin1 ? "latin1" : "utf16le"));
    const start = this.#length + 1 + lengthOfVarint(bytes.length);
    if (!isLatin1 && start % 2 !== 0) {
      this.byte(TAG.padding);
    }
    this.byte(isLatin1 ? TAG.latin1 : TAG.utf16);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Writes the sign, the size and the digits of an integer, in units of eight bytes. */
  bigint(value: bigint): void {
    const digits = (value < 0n ? -value : value).toString(16);
    const size = value === 0n ? 0 : Math.ceil(digits.length / 16) * 8;
    const padded = digits.padStart(size * 2, "0");
    this.varint(size * 2 + (value < 0n ? 1 : 0));
    if (size > 0) {
      this.raw(new Uint8Array(encode(padded, "hex")).reverse());
    }
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
  }
}

function lengthOfVarint(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest >>>= 7) {
    length += 1;
  }
  return length;
}
