import { createHash } from "node:crypto";
import { parseElf } from "../executable/elf.ts";
import { payloadParts } from "./payload.ts";

/** Program headers are in the first page. They contain the payload's size, which differs between programs. */
const headerPage = 0x1000;

/**
 * Splits a program of the small engine into its headers, the engine, the bytes up to the next page,
 * the payload's table and the payload's files. Programs with the same engine have most of these
 * pieces in common.
 */
export function piecesOf(program: Uint8Array): readonly Uint8Array[] {
  const [payload] = parseElf(program).segments.slice(-1);
  const start = payload?.offset ?? program.length;
  const engineEnd = start - trailingZeros(program.subarray(0, start));
  const parts = payloadParts(program.subarray(start)).map((offset) => start + offset);
  const ends = [headerPage, engineEnd, start, ...parts, program.length];
  return ends.map((end, index) => program.subarray(ends[index - 1] ?? 0, end)).filter(({ length }) => length > 0);
}

function trailingZeros(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > headerPage && bytes[end - 1] === 0) end--;
  return bytes.length - end;
}

/** The offset and the length of a range in a file. */
export type Range = readonly [offset: number, length: number];

/**
 * Joins the pieces of programs into one file that contains equal pieces only once. Returns the file
 * and, for each program, the ranges of the file that form the program.
 */
export function joinPieces(programs: readonly (readonly Uint8Array[])[]): {
  readonly shared: Buffer;
  readonly ranges: readonly (readonly Range[])[];
} {
  const known = new Map<string, Range>();
  const unique: Uint8Array[] = [];
  let size = 0;
  const rangeOf = (piece: Uint8Array): Range => {
    const key = createHash("sha256").update(piece).digest("hex");
    const found = known.get(key);
    if (found !== undefined) return found;
    const range: Range = [size, piece.length];
    known.set(key, range);
    unique.push(piece);
    size += piece.length;
    return range;
  };
  const ranges = programs.map((pieces) => merged(pieces.map(rangeOf)));
  return { shared: Buffer.concat(unique), ranges };
}

/** Joins ranges that follow each other in the file. */
function merged(ranges: readonly Range[]): readonly Range[] {
  const joined: Range[] = [];
  for (const [offset, length] of ranges) {
    const [start, size] = joined.at(-1) ?? [0, 0];
    if (joined.length > 0 && start + size === offset) joined[joined.length - 1] = [start, size + length];
    else joined.push([offset, length]);
  }
  return joined;
}
