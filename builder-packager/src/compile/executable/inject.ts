import { headerSize, invalidElf, parseElf, programHeaderSize, type Segment } from "./elf.ts";

/** The marker in the Node.js binary that says whether there is a blob (nodejs.org/api/single-executable-applications.html). */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
/** The name of the note that Node.js looks for among its program headers. */
const noteName = "NODE_SEA_BLOB\0";
const noteAlign = 4;

/** Values of `p_type`. */
const segmentTypes = { load: 1, note: 4, programHeaders: 6 } as const;
const readable = 4;
/** The largest pages of both architectures. */
const pageSize = 0x10000;

/**
 * Appends a blob to a stripped Node.js: in one more read-only segment, which is also the note
 * segment (it starts with the existing notes). No other byte moves. Its program header replaces
 * PT_PHDR, which only position-independent programs need; Node.js is not one.
 */
export function injectBlob(node: Uint8Array, blob: Uint8Array): Buffer {
  const { segments, segmentsAt } = parseElf(node);
  if (segmentsAt !== headerSize) throw invalidElf("its program headers are not behind the header");
  const notes = segments
    .filter(({ type }) => type === segmentTypes.note)
    .map((each) => node.subarray(each.offset, each.offset + each.fileSize));
  const content = Buffer.concat([...notes, note(blob)]);
  const offset = roundUp(node.length, pageSize);
  const out = Buffer.alloc(offset + content.length);
  out.set(node);
  out.set(content, offset);
  writeSegments(out, withBlob(segments, { offset, size: content.length }));
  lightFuse(out);
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

/** The program headers with the blob's: loaded segments have to be in the order of their addresses. */
function withBlob(
  segments: readonly Segment[],
  { offset, size }: { readonly offset: number; readonly size: number },
): readonly Segment[] {
  const loaded = segments.filter(({ type }) => type === segmentTypes.load);
  const notes = segments.filter(({ type }) => type === segmentTypes.note);
  const last = loaded.at(-1);
  if (!last || notes.length !== 1 || segments[0]?.type !== segmentTypes.programHeaders) {
    throw invalidElf("its program headers are not those of Node.js");
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

/** Node.js reads the character behind the marker. */
function lightFuse(out: Buffer): void {
  const at = out.indexOf(`${fuse}:0`, 0, "latin1");
  if (at < 0 || out.indexOf(`${fuse}:`, at + 1, "latin1") >= 0)
    throw invalidElf("it is not Node.js that a blob can be put into");
  out.write("1", at + fuse.length + 1, "latin1");
}
