import { headerSize, invalidElf, parseElf, programHeaderSize, type Segment } from "./elf.ts";

/**
 * The marker in the Node.js binary that indicates whether it contains a blob
 * (nodejs.org/api/single-executable-applications.html).
 */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
/** The name of the ELF note that contains the blob. */
const noteName = "NODE_SEA_BLOB\0";
const noteAlign = 4;

/** Values of `p_type`. */
const segmentTypes = { load: 1, note: 4, programHeaders: 6 } as const;
const readable = 4;
/** The largest page size of both architectures. */
const pageSize = 0x10000;

/**
 * Appends a blob to a stripped Node.js, in an additional read-only segment. The new segment becomes
 * the note segment, so it begins with the existing notes. No other byte moves. The program header
 * of the new segment replaces PT_PHDR, which Node.js does not need because it is not
 * position-independent.
 */
export function injectBlob(node: Uint8Array, blob: Uint8Array): Buffer {
  const { segments, segmentsAt } = parseElf(node);
  if (segmentsAt !== headerSize) throw invalidElf("its program headers do not follow the file header");
  const notes = segments
    .filter(({ type }) => type === segmentTypes.note)
    .map((each) => node.subarray(each.offset, each.offset + each.fileSize));
  const content = Buffer.concat([...notes, note(blob)]);
  const offset = roundUp(node.length, pageSize);
  const out = Buffer.alloc(offset + content.length);
  out.set(node);
  out.set(content, offset);
  writeSegments(out, withBlob(segments, { offset, size: content.length }));
  flipFuse(out);
  return out;
}

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

function note(blob: Uint8Array): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(noteName.length, 0);
  header.writeUInt32LE(blob.length, 4);
  const name = Buffer.alloc(roundUp(noteName.length, noteAlign), 0);
  name.write(noteName, "latin1");
  return Buffer.concat([header, name, blob, Buffer.alloc(roundUp(blob.length, noteAlign) - blob.length)]);
}

/**
 * The program headers with that of the blob. Loaded segments have to be in the order of their
 * addresses.
 */
function withBlob(
  segments: readonly Segment[],
  { offset, size }: { readonly offset: number; readonly size: number },
): readonly Segment[] {
  const loaded = segments.filter(({ type }) => type === segmentTypes.load);
  const notes = segments.filter(({ type }) => type === segmentTypes.note);
  const last = loaded.at(-1);
  if (!last || notes.length !== 1 || segments[0]?.type !== segmentTypes.programHeaders) {
    throw invalidElf("its program headers are not those of a Node.js executable");
  }
  const end = Math.max(...loaded.map(({ address, memorySize }) => address + memorySize));
  const path = {
    flags: readable,
    offset,
    address: roundUp(end, pageSize) + (offset % pageSize),
    fileSize: size,
    memorySize: size,
  };
  return segments.slice(1).flatMap((segment): Segment[] => {
    if (segment === last) return [segment, { ...path, type: segmentTypes.load, align: pageSize }];
    return [segment.type === segmentTypes.note ? { ...path, type: segmentTypes.note, align: noteAlign } : segment];
  });
}

function writeSegments(out: Buffer, segments: readonly Segment[]): void {
  segments.forEach(({ type, flags, offset, address, fileSize, memorySize, align }, index) => {
    const at = headerSize + index * programHeaderSize;
    out.writeUInt32LE(type, at);
    out.writeUInt32LE(flags, at + 4);
    for (const [position, value] of [offset, address, address, fileSize, memorySize, align].entries()) {
      out.writeBigUInt64LE(BigInt(value), at + 8 + position * 8);
    }
  });
}

/** Sets the character after the marker to 1, which tells Node.js to look for a blob. */
function flipFuse(out: Buffer): void {
  const at = out.indexOf(`${fuse}:0`, 0, "latin1");
  if (at < 0 || out.indexOf(`${fuse}:`, at + 1, "latin1") >= 0)
    throw invalidElf("it is not a Node.js executable that supports an embedded script");
  out.write("1", at + fuse.length + 1, "latin1");
}
