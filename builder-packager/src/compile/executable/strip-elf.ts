import {
  flagAlloc,
  flagInfoLink,
  headerSize,
  parseElf,
  type Section,
  sectionHeaderSize,
  sectionTypeNoBits,
} from "./elf.ts";

const sectionNamesType = 3;

/**
 * Removes everything from an ELF program that it does not need to run: symbol table, debug
 * sections, comments. Mapped parts keep their offsets, so no address changes. The function works
 * like `strip`, but is a part of cnb, so that packaging does not require binutils. Strip before
 * injecting the blob: a Node.js that is stripped afterwards does not start.
 *
 * @example `await writeFile("node", stripElf(await readFile("node")))`
 */
export function stripElf(bytes: Uint8Array): Buffer {
  const { sections, segments } = parseElf(bytes);
  const kept = sections.filter((section, index) => index === 0 || (section.flags & flagAlloc) !== 0n);
  const end = Math.max(
    headerSize,
    ...segments.map(({ offset, fileSize }) => offset + fileSize),
    ...kept.map(({ type, offset, size }) => (type === sectionTypeNoBits ? 0 : offset + size)),
  );
  const names = nameTable([...kept.map(({ name }) => name), ".shstrtab"]);
  const headersAt = Math.ceil((end + names.bytes.length) / 8) * 8;
  const out = Buffer.alloc(headersAt + (kept.length + 1) * sectionHeaderSize);
  out.set(bytes.subarray(0, end));
  out.set(names.bytes, end);
  const rows = [...kept, sectionNames(end, names.bytes.length)];
  const index = renumbering(sections, kept);
  rows.forEach((row, position) => {
    writeSection(out, headersAt + position * sectionHeaderSize, row, names.offsets[position] ?? 0, index);
  });
  writeHeader(out, headersAt, rows.length);
  return out;
}

/** The string table of section names, in the order of the sections. */
function nameTable(names: readonly string[]): { readonly bytes: Uint8Array; readonly offsets: readonly number[] } {
  const offsets: number[] = [];
  let text = "\0";
  for (const name of names) {
    offsets.push(name === "" ? 0 : text.length);
    if (name !== "") text += `${name}\0`;
  }
  return { bytes: Buffer.from(text, "latin1"), offsets };
}

const sectionNames = (offset: number, size: number): Section => ({
  name: ".shstrtab",
  type: sectionNamesType,
  flags: 0n,
  address: 0n,
  offset,
  size,
  link: 0,
  info: 0,
  align: 1,
  entrySize: 0,
});

/**
 * Returns a function from old section indexes to new ones. A dropped section becomes 0,
 * "undefined".
 */
function renumbering(before: readonly Section[], after: readonly Section[]): (index: number) => number {
  const positions = new Map(after.map((section, position) => [section, position]));
  return (index) => {
    const section = before[index];
    return (section && positions.get(section)) ?? 0;
  };
}

function writeSection(
  out: Buffer,
  at: number,
  section: Section,
  nameOffset: number,
  index: (old: number) => number,
): void {
  out.writeUInt32LE(nameOffset, at);
  out.writeUInt32LE(section.type, at + 4);
  out.writeBigUInt64LE(section.flags, at + 8);
  out.writeBigUInt64LE(section.address, at + 16);
  out.writeBigUInt64LE(BigInt(section.offset), at + 24);
  out.writeBigUInt64LE(BigInt(section.size), at + 32);
  out.writeUInt32LE(index(section.link), at + 40);
  out.writeUInt32LE((section.flags & flagInfoLink) !== 0n ? index(section.info) : section.info, at + 44);
  out.writeBigUInt64LE(BigInt(section.align), at + 48);
  out.writeBigUInt64LE(BigInt(section.entrySize), at + 56);
}

function writeHeader(out: Buffer, sectionsAt: number, count: number): void {
  out.writeBigUInt64LE(BigInt(sectionsAt), 40);
  out.writeUInt16LE(count, 60);
  out.writeUInt16LE(count - 1, 62);
}
