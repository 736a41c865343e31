import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, validateFileName, type ZipFile } from "yauzl";
import { type Bytes, BytesReader, bytesInMemory, partOf } from "./bytes.ts";

/** An entry of a zip file, whose name never leads out of the archive's root. */
export interface ZipEntry {
  readonly name: string;
  /**
   * The unpacked size in bytes, as stated in the central directory. It is verified when the entry
   * is read.
   */
  readonly size: number;
  readonly packedSize: number;
  readonly entry: Entry;
}

/** An open zip file with the entries in its central directory. */
export interface Zip {
  readonly bytes: Bytes;
  readonly file: ZipFile;
  readonly entries: readonly ZipEntry[];
}

// the largest jars have a fifth of it
const maxEntries = 500_000;
const maxNames = 128 * 1024 ** 2; // characters, of all: a single one may have 65 535

/**
 * Opens a zip file and reads its central directory. The caller must close `given`. The returned
 * object does not need to be closed.
 */
export async function openZip(given: Bytes, limit: number = maxEntries): Promise<Zip> {
  const bytes = await withoutPrefix(given);
  // names as bytes: the reader would call an unsafe one a damaged file
  const options = { autoClose: false, decodeStrings: false, validateEntrySizes: true };
  const file = await fromRandomAccessReaderPromise(new BytesReader(bytes), bytes.size, options);
  const entries: ZipEntry[] = [];
  let [count, names] = [0, 0];
  for await (const entry of file.eachEntry()) {
    const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
    count += 1;
    names += name.length;
    if (count > limit) throw new Error(`the zip archive has more than ${limit} entries`);
    if (names > maxNames)
      throw new Error(`the names of the zip archive's entries have more than ${maxNames} characters together`);
    if (validateFileName(name) === null)
      entries.push({ name, size: entry.uncompressedSize, packedSize: entry.compressedSize, entry });
  }
  return { bytes, file, entries };
}

/** Reads the contents of an entry in chunks, up to a limit. */
export async function* contentsOf(
  { file }: Zip,
  { name, entry }: ZipEntry,
  maxBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  if (entry.isEncrypted() || !entry.canDecodeFileData())
    throw new Error(`the zip entry ${name} is encrypted, or is compressed by a method that is not supported`);
  let bytes = 0;
  for await (const piece of (await file.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new Error(`the zip entry ${name} has more than ${maxBytes} bytes`);
    yield piece;
  }
}

/** Reads the contents of an entry into one buffer. */
export async function readEntry(zip: Zip, entry: ZipEntry, maxBytes: number): Promise<Buffer> {
  if (entry.size > maxBytes) throw new Error(`the zip entry ${entry.name} has more than ${maxBytes} bytes`);
  const pieces: Buffer[] = [];
  for await (const piece of contentsOf(zip, entry, maxBytes)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const stored = 0;

/**
 * Provides random access to the contents of an entry. An uncompressed entry is read in place. A
 * compressed entry is unpacked into memory.
 */
export async function bytesOfEntry(zip: Zip, entry: ZipEntry, maxBytes: number): Promise<Bytes> {
  if (entry.entry.compressionMethod !== stored || entry.entry.isEncrypted())
    return bytesInMemory(await readEntry(zip, entry, maxBytes));
  const { fileDataStart } = await zip.file.readLocalFileHeaderPromise(entry.entry, { minimal: true });
  return partOf(zip.bytes, fileDataStart, entry.packedSize);
}

const endSignature = Buffer.from("PK\x05\x06", "latin1");
const directorySignature = Buffer.from("PK\x01\x02", "latin1");
const endBytes = 22;
const longestComment = 0xffff;
/**
 * A zip file without its prefix. Executable jars start with a shell script, which the offsets in
 * their directory ignore; Java accepts that.
 */
async function withoutPrefix(bytes: Bytes): Promise<Bytes> {
  const end = await findEnd(bytes);
  if (end === undefined) return bytes;
  const { size, offset } = end;
  const prefix = end.position - size - offset;
  if (prefix <= 0 || size === 0 || (await isDirectory(bytes, offset))) return bytes;
  return (await isDirectory(bytes, offset + prefix)) ? partOf(bytes, prefix, bytes.size - prefix) : bytes;
}

const isDirectory = async (bytes: Bytes, position: number): Promise<boolean> =>
  directorySignature.equals(await bytes.read(position, directorySignature.length));
/** The record at the end: its position, and the position of the directory that it records. */
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
