import { crc32, deflateRawSync } from "node:zlib";

/** An entry as it is written, also where no tool would write it so. */
export interface ZipEntry {
  readonly name: string;
  readonly text?: string | Uint8Array;
  /** Type and mode; 0: not made by Unix. */
  readonly mode?: number;
  readonly method?: number;
  readonly flags?: number;
  /** The sizes that the headers claim. */
  readonly size?: number;
  readonly crc?: number;
}

/** A zip file as bytes. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const [files, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { name, text = "", mode = 0o100644, method = 0, flags = 0x800, ...claimed } of entries) {
    const data = method === 8 ? deflateRawSync(text) : Buffer.from(text);
    const common = Buffer.alloc(26);
    for (const [value, at] of [
      [20, 0],
      [flags, 2],
      [method, 4],
      [Buffer.byteLength(name), 22],
    ] as const)
      common.writeUInt16LE(value, at);
    for (const [value, at] of [
      [claimed.crc ?? crc32(text), 10],
      [data.length, 14],
      [claimed.size ?? Buffer.byteLength(text), 18],
    ] as const)
      common.writeUInt32LE(value, at);
    files.push(Buffer.from("PK\x03\x04"), common, Buffer.from(name), data);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02"), Buffer.from([20, mode === 0 ? 0 : 3]), common, rest, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + data.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, ...directory, end]);
}
