import type { BitReader } from "./bit-reader.ts";
import { huffman, longestCode, type SymbolReader } from "./huffman.ts";

/** A decoded block of bzip2 data, whose bytes are not yet in their original order. */
export interface Block {
  /**
   * The bytes in the lowest eight bits. The bits above contain the index of the byte's successor.
   */
  readonly links: Uint32Array;
  readonly start: number;
}

const symbolsPerTable = 50;

/** Reads a bzip2 block of at most the given size: first its tables, then its symbols. */
export function readBlock(input: BitReader, maxBytes: number): Block {
  if (input.bit() === 1) throw new Error("a bzip2 block has the format of bzip2 before 0.9.5, which is not supported");
  const start = input.bits(24);
  const used = usedBytes(input);
  const { tables, selectors } = readTables(input, used.length + 2);
  const { bytes, counts } = readBytes(input, { used, tables, selectors, maxBytes });
  if (start >= bytes.length) throw new Error("the start position of a bzip2 block is outside of the block");
  return { links: linksOf(bytes, counts), start };
}

/** The byte values in the block: 16 bits for the ranges, then 16 for each. */
function usedBytes(input: BitReader): number[] {
  const ranges = flags(input);
  return ranges.flatMap((range) => flags(input).map((low) => range * 16 + low));
}

const flags = (input: BitReader): number[] => {
  const bits = input.bits(16);
  return Array.from({ length: 16 }, (_, index) => index).filter((index) => (bits & (0x8000 >> index)) !== 0);
};

interface Tables {
  readonly tables: readonly SymbolReader[];
  /** The table for each group of fifty symbols. */
  readonly selectors: Uint8Array;
}

function readTables(input: BitReader, symbols: number): Tables {
  const count = input.bits(3);
  if (symbols === 2) throw new Error("a bzip2 block uses no byte values");
  if (count < 2 || count > 6) throw new Error("a bzip2 block does not have 2 to 6 Huffman tables");
  const order = Array.from({ length: count }, (_, index) => index);
  const selectors = new Uint8Array(input.bits(15));
  for (let index = 0; index < selectors.length; index++) {
    let location = 0;
    while (input.bit() === 1)
      if (++location >= count) throw new Error("a bzip2 block refers to a missing Huffman table");
    const [table = 0] = order.splice(location, 1);
    order.unshift(table);
    selectors[index] = table;
  }
  return { tables: order.map(() => huffman(codeLengths(input, symbols))), selectors };
}

function codeLengths(input: BitReader, symbols: number): number[] {
  let length = input.bits(5);
  return Array.from({ length: symbols }, () => {
    for (;;) {
      if (length < 1 || length > longestCode)
        throw new Error("the length of a Huffman code in the bzip2 data is not valid");
      if (input.bit() === 0) return length;
      length += input.bit() === 0 ? 1 : -1;
    }
  });
}

interface Coding extends Tables {
  readonly used: readonly number[];
  readonly maxBytes: number;
}

/** Reads the last column of the block's sorted rotations, and the frequency of each byte in it. */
function readBytes(input: BitReader, { used, tables, selectors, maxBytes }: Coding) {
  const recent = Uint8Array.from(used);
  const [bytes, counts] = [new Uint8Array(maxBytes), new Uint32Array(256)];
  const end = used.length + 1;
  let [length, run, weight] = [0, 0, 1];
  const append = (byte: number, times: number) => {
    if (length + times > maxBytes) throw new Error("a bzip2 block is too long");
    if (times === 1) bytes[length] = byte;
    else bytes.fill(byte, length, length + times);
    counts[byte] = (counts[byte] ?? 0) + times;
    length += times;
  };
  for (let read = 0; ; read++) {
    const table = tables[selectors[Math.floor(read / symbolsPerTable)] ?? tables.length];
    if (table === undefined) throw new Error("a bzip2 block has no end marker");
    const symbol = table(input);
    // a run is a number of digits 1 and 2; one that is too long for the block ends below
    if (symbol <= 1 && run <= maxBytes) {
      run += weight * (symbol + 1);
      weight *= 2;
      continue;
    }
    if (run > 0) append(recent[0] ?? 0, run);
    [run, weight] = [0, 1];
    if (symbol === end) return { bytes: bytes.subarray(0, length), counts };
    const byte = recent[symbol - 1] ?? 0;
    recent.copyWithin(1, 0, symbol - 1);
    recent[0] = byte;
    append(byte, 1);
  }
}

function linksOf(bytes: Uint8Array, counts: Uint32Array): Uint32Array {
  let before = 0;
  const locations = counts.map((count) => {
    before += count;
    return before - count;
  });
  const links = Uint32Array.from(bytes);
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    const location = locations[byte] ?? 0;
    locations[byte] = location + 1;
    links[location] = (links[location] ?? 0) | (index << 8);
  }
  return links;
}
