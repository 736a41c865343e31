import { headerSize, invalidElf, parseElf, programHeaderSize } from "../executable/elf.ts";

/**
 * A file in the payload of a program that runs on the small engine: a module in bytecode, or an
 * asset.
 */
export interface PayloadFile {
  readonly name: string;
  readonly contents: Uint8Array;
}

/**
 * Creates the payload of the small engine. The payload starts with the number of files. Then each
 * file has the length of its name, the offset and size of its content, and its name. The contents
 * follow. Each number has four bytes and is little-endian. `engine/src/payload.rs` reads this
 * format.
 */
export function payloadOf(files: readonly PayloadFile[]): Buffer {
  const names = files.map(({ name }) => Buffer.from(name));
  let offset = 4 + names.reduce((size, name) => size + rowSize + name.length, 0);
  const table = files.map(({ contents }, index) => {
    const name = names[index] ?? Buffer.alloc(0);
    const row = Buffer.alloc(rowSize);
    row.writeUInt32LE(name.length, 0);
    row.writeUInt32LE(offset, 4);
    row.writeUInt32LE(contents.length, 8);
    offset += contents.length;
    return Buffer.concat([row, name]);
  });
  const count = Buffer.alloc(4);
  count.writeUInt32LE(files.length);
  return Buffer.concat([count, ...table, ...files.map(({ contents }) => contents)]);
}

const rowSize = 12;

/** Returns the offsets at which the files of a payload start, in order. */
export function payloadParts(payload: Uint8Array): readonly number[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  let at = 4;
  return Array.from({ length: view.getUint32(0, true) }, () => {
    const offset = view.getUint32(at + 4, true);
    at += rowSize + view.getUint32(at, true);
    return offset;
  });
}

/** Values of `p_type`. */
const segmentTypes = { load: 1, note: 4 } as const;
const readable = 4;
/** The largest page size of both architectures. */
const pageSize = 0x10000;
/** The mark by which the engine finds the segment, in a field that Linux ignores (`p_paddr`). */
const magic = Buffer.from("CNB-JS-1").readBigUInt64LE();

/**
 * Appends a payload to the engine, in a read-only segment that Linux maps when it starts the
 * program. The segment's program header replaces the engine's last program header, which describes
 * a note. No other byte changes.
 */
export function withPayload(engine: Uint8Array, payload: Uint8Array): Buffer {
  const { segments, segmentsAt } = parseElf(engine);
  const index = segments.length - 1;
  if (segmentsAt !== headerSize || segments[index]?.type !== segmentTypes.note)
    throw invalidElf("its last program header is not the note of the small engine");
  const loaded = segments.filter(({ type }) => type === segmentTypes.load);
  const end = Math.max(...loaded.map(({ address, memorySize }) => address + memorySize));
  const offset = roundUp(engine.length, pageSize);
  const out = Buffer.alloc(offset + payload.length);
  out.set(engine);
  out.set(payload, offset);
  const at = headerSize + index * programHeaderSize;
  out.writeUInt32LE(segmentTypes.load, at);
  out.writeUInt32LE(readable, at + 4);
  const fields = [offset, roundUp(end, pageSize), magic, payload.length, payload.length, pageSize];
  for (const [position, value] of fields.entries()) out.writeBigUInt64LE(BigInt(value), at + 8 + position * 8);
  return out;
}

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;
