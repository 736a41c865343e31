import { readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";

/** Reads a file bit by bit, the highest bit of each byte first. */
export class BitReader {
  readonly #file: FileHandle;
  readonly #buffer = new Uint8Array(64 * 1024);
  #position = 0;
  #next = 0;
  #filled = 0;
  #bits = 0;
  #count = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Reads the next bits as a number; at most 24 bits. */
  bits(wanted: number): number {
    while (this.#count < wanted) this.#load();
    this.#count -= wanted;
    return (this.#bits >>> this.#count) & ((1 << wanted) - 1);
  }

  /** Reads the next bit, faster than `bits(1)`. */
  bit(): number {
    if (this.#count === 0) this.#load();
    this.#count -= 1;
    return (this.#bits >>> this.#count) & 1;
  }

  /** Skips the rest of the current byte. */
  align(): void {
    this.#count = 0;
  }

  /** True if all bytes of the file have been read. */
  ended(): boolean {
    if (this.#next < this.#filled) return false;
    // synchronous: a block is decoded at once, and asking a thread for each part of it takes longer
    this.#filled = readSync(this.#file.fd, this.#buffer, 0, this.#buffer.length, this.#position);
    this.#position += this.#filled;
    this.#next = 0;
    return this.#filled === 0;
  }

  // what was read leaves at the top
  #load(): void {
    if (this.ended()) throw new Error("the file ends too early");
    this.#bits = (this.#bits << 8) | (this.#buffer[this.#next++] ?? 0);
    this.#count += 8;
  }
}
