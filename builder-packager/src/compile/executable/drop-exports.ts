import type { Elf, Section } from "./elf.ts";

/**
 * C++ names of this Node.js and its components. Only add-ons written against its internals could
 * use them.
 */
const ownCpp = /^_Z.*(?:2v8|4node|4absl|5cppgc|5crdtp|6icu_\d\d|3ada|7ncrypto|7simdutf|8simdjson)/;
/**
 * C names of OpenSSL, ICU, zstd, c-ares and others, which all have a prefix; without those of
 * Node-API and `__cxa_throw`.
 */
const ownC = /^(?!napi_|node_api_|uv_)[A-Za-z][A-Za-z0-9]*_/;

const isOwn = (name: string): boolean => ownCpp.test(name) || ownC.test(name);

const symbolSize = 24;

/** A row of .dynsym with the range of its name in the file. */
interface DynamicSymbol {
  readonly index: number;
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Removes the dynamic symbols that only native add-ons for Node.js's internals use, because a
 * single executable does not load such add-ons. The bytes are changed in place: the file size stays
 * the same, but the compressed size shrinks by a megabyte. Symbols that libstdc++ and the C library
 * share with the program, symbols that relocations refer to, and the symbols of Node-API are kept.
 */
export function dropExports(bytes: Buffer, { sections }: Elf): void {
  const named = (name: string) => sections.find((section) => section.name === name);
  const [symbols, names, table] = [named(".dynsym"), named(".dynstr"), named(".gnu.hash")];
  if (!symbols || !names || !table) return;
  const used = relocated(bytes, sections);
  const [gone, kept]: [DynamicSymbol[], DynamicSymbol[]] = [[], []];
  for (const symbol of readSymbols(bytes, symbols, names)) {
    const isDefined = bytes.readUInt16LE(symbol.at + 6) !== 0;
    const drop = isDefined && !used.has(symbol.index) && isOwn(bytes.toString("latin1", symbol.start, symbol.end));
    (drop ? gone : kept).push(symbol);
  }
  emptyHashes(bytes, table, { gone: new Set(gone.map(({ index }) => index)), kept });
  emptyNames(bytes, names, { gone, kept });
  for (const { at } of gone) bytes.fill(0, at, at + symbolSize);
}

function readSymbols(bytes: Buffer, symbols: Section, names: Section): DynamicSymbol[] {
  return Array.from({ length: symbols.size / symbolSize }, (_, index) => {
    const at = symbols.offset + index * symbolSize;
    const start = names.offset + bytes.readUInt32LE(at);
    return { index, at, start, end: bytes.indexOf(0, start) };
  });
}

/** Symbols that relocations (SHT_RELA) refer to. Both machines keep the index in the upper half of r_info. */
function relocated(bytes: Buffer, sections: readonly Section[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const { type, offset, size } of sections) {
    if (type !== 4) continue;
    for (let at = offset; at + 24 <= offset + size; at += 24) found.add(bytes.readUInt32LE(at + 12));
  }
  return found;
}

interface HashChange {
  readonly gone: ReadonlySet<number>;
  readonly kept: readonly DynamicSymbol[];
}

/**
 * Removes symbols from the lookup table (DT_GNU_HASH): their hash becomes zero, except the lowest
 * bit, which marks the end of a chain; the filter and the buckets are rebuilt for the rest.
 */
function emptyHashes(bytes: Buffer, table: Section, { gone, kept }: HashChange): void {
  const word = (index: number) => bytes.readUInt32LE(table.offset + index * 4);
  const [buckets, first, filter, shift] = [word(0), word(1), word(2), BigInt(word(3))];
  const filterAt = table.offset + 16;
  const bucketsAt = filterAt + filter * 8;
  const chainsAt = bucketsAt + buckets * 4;
  bytes.fill(0, filterAt, chainsAt);
  for (const index of gone) {
    const at = chainsAt + (index - first) * 4;
    if (index >= first) bytes.writeUInt32LE(bytes.readUInt32LE(at) & 1, at);
  }
  for (const { index, start, end } of kept) {
    if (index < first) continue;
    const hash = gnuHash(bytes, start, end);
    const bits = filterAt + (Math.floor(hash / 64) % filter) * 8;
    const both = (1n << BigInt(hash % 64)) | (1n << ((BigInt(hash) >> shift) % 64n));
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(bits) | both, bits);
    const bucket = bucketsAt + (hash % buckets) * 4;
    // The rows of a bucket are neighbours: a chain may as well begin with the first one that is left.
    if (bytes.readUInt32LE(bucket) === 0) bytes.writeUInt32LE(index, bucket);
  }
}

/** The hash function of DT_GNU_HASH. */
function gnuHash(bytes: Buffer, start: number, end: number): number {
  let hash = 5381;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 33) + (bytes[at] ?? 0)) >>> 0;
  return hash;
}

interface NameChange {
  readonly gone: readonly DynamicSymbol[];
  readonly kept: readonly DynamicSymbol[];
}

/**
 * Clears the names of removed symbols. A name may be the end of another one, so bytes that a kept
 * name uses stay. Names that are not of symbols are never changed.
 */
function emptyNames(bytes: Buffer, names: Section, { gone, kept }: NameChange): void {
  const keep = new Uint8Array(names.size);
  for (const { start, end } of kept) keep.fill(1, start - names.offset, end - names.offset + 1);
  for (const { start, end } of gone) {
    for (let at = start; at < end; at++) if (!keep[at - names.offset]) bytes[at] = 0;
  }
}
