import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

/**
 * Reads one text file from a zip archive created by Yarn (stored or deflated, smaller than 4 GiB);
 * `undefined` if the archive does not contain it.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT section 4.3
 */
export function fileInZip(archive: string, path: string): string | undefined {
  const file = openSync(archive, "r");
  try {
    const entry = directoryOf(file).find(({ name }) => name === path);
    return entry && textOf(file, entry);
  } finally {
    closeSync(file);
  }
}

interface Entry {
  readonly name: string;
  readonly isDeflated: boolean;
  readonly size: number;
  /** The offset of its local header. */
  readonly offset: number;
}

/** The list of all files, which is at the end. */
function directoryOf(file: number): readonly Entry[] {
  const { size } = fstatSync(file);
  const tail = bytesAt(file, Math.max(0, size - longestEnd), Math.min(size, longestEnd));
  const end = tail.lastIndexOf(endSignature);
  if (end === -1) return [];
  const directory = bytesAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries: Entry[] = [];
  for (let at = 0; at + 46 <= directory.length; ) {
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString("utf8", at + 46, at + 46 + nameLength),
      isDeflated: directory.readUInt16LE(at + 10) === 8,
      size: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

function textOf(file: number, { offset, size, isDeflated }: Entry): string {
  const header = bytesAt(file, offset, 30);
  const content = bytesAt(file, offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28), size);
  return (isDeflated ? inflateRawSync(content) : content).toString("utf8");
}

function bytesAt(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, Math.min(length, fstatSync(file).size - offset)));
  const read = bytes.length === 0 ? 0 : readSync(file, bytes, 0, bytes.length, offset);
  return bytes.subarray(0, read);
}

const endSignature = Buffer.from("PK\x05\x06", "latin1");

/** The record at the end, with the longest comment. */
const longestEnd = 22 + 0xffff;
