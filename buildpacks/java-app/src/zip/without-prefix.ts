import { type Bytes, partOf } from "./bytes.ts";

const endSignature = Buffer.from("PK\x05\x06", "latin1");
const directorySignature = Buffer.from("PK\x01\x02", "latin1");
const endBytes = 22;
const longestComment = 0xffff;

/**
 * A zip file without its prefix. Executable jars start with a shell script, which the offsets in
 * their directory ignore; Java accepts that.
 */
export async function withoutPrefix(bytes: Bytes): Promise<Bytes> {
  const end = await findEnd(bytes);
  if (end === undefined) return bytes;
  const { size, offset } = end;
  const prefix = end.position - size - offset;
  if (prefix <= 0 || size === 0 || (await isDirectory(bytes, offset))) return bytes;
  return (await isDirectory(bytes, offset + prefix)) ? partOf(bytes, prefix, bytes.size - prefix) : bytes;
}

const isDirectory = async (bytes: Bytes, position: number): Promise<boolean> =>
  directorySignature.equals(await bytes.read(position, directorySignature.length));

/** The record at the end: where it is, and where it says that the directory is. */
async function findEnd(bytes: Bytes) {
  const start = Math.max(0, bytes.size - endBytes - longestComment);
  const tail = await bytes.read(start, bytes.size - start);
  for (let at = tail.length - endBytes; at >= 0; at -= 1) {
    if (!endSignature.equals(tail.subarray(at, at + 4)) || tail.readUInt16LE(at + 20) !== tail.length - at - endBytes)
      continue;
    return { position: start + at, size: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) };
  }
  return undefined;
}
