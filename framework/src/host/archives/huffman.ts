import type { BitReader } from "./bit-reader.ts";

/** The maximum length of a symbol's Huffman code, in bits. */
export const longestCode = 20;

/** A function that reads the next symbol of a Huffman code from the input. */
export type SymbolReader = (input: BitReader) => number;

/** Creates the reader of a canonical Huffman code from the length of each symbol's code. */
export function huffman(lengths: readonly number[]): SymbolReader {
  const symbols = Uint16Array.from([...lengths.keys()].sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b));
  const counts = new Uint16Array(longestCode + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  return (input) => {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length <= longestCode; length++) {
      code = (code << 1) | input.bit();
      const count = counts[length] ?? 0;
      if (code - first < count) return symbols[index + code - first] ?? 0;
      first = (first + count) << 1;
      index += count;
    }
    throw new Error("the data contains an undefined Huffman code");
  };
}
