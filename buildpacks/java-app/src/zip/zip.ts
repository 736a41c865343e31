import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, validateFileName, type ZipFile } from "yauzl";
import { type Bytes, bytesInMemory, partOf } from "./bytes.ts";
import { BytesReader } from "./bytes-reader.ts";
import { withoutPrefix } from "./without-prefix.ts";

/** An entry of a zip file. Entries whose names lead out of the directory are omitted. */
export interface ZipEntry {
  readonly name: string;
  /** The unpacked size in bytes, as in the directory; verified when the entry is read. */
  readonly size: number;
  readonly packedSize: number;
  readonly entry: Entry;
}

/** A zip file that is open. */
export interface Zip {
  readonly bytes: Bytes;
  readonly file: ZipFile;
  readonly entries: readonly ZipEntry[];
}

// the largest jars have a fifth of it
const maxEntries = 500_000;
const maxNames = 128 * 1024 ** 2; // characters, of all: a single one may have 65 535

/** Opens a zip file and reads its directory. The caller closes the bytes, not the reader. */
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
    if (count > limit || names > maxNames) throw new Error(`it has more than ${limit} entries`);
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
  if (entry.isEncrypted() || !entry.canDecodeFileData()) throw new Error(`its entry ${name} cannot be unpacked`);
  let bytes = 0;
  for await (const piece of (await file.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new Error(`its entry ${name} has more than ${maxBytes} bytes`);
    yield piece;
  }
}

/** Reads the contents of an entry into one buffer. */
export async function readEntry(zip: Zip, entry: ZipEntry, maxBytes: number): Promise<Buffer> {
  if (entry.size > maxBytes) throw new Error(`its entry ${entry.name} has more than ${maxBytes} bytes`);
  const pieces: Buffer[] = [];
  for await (const piece of contentsOf(zip, entry, maxBytes)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const stored = 0;

/** The contents of an entry, read in place; a compressed one is unpacked into memory. */
export async function bytesOfEntry(zip: Zip, entry: ZipEntry, maxBytes: number): Promise<Bytes> {
  if (entry.entry.compressionMethod !== stored || entry.entry.isEncrypted())
    return bytesInMemory(await readEntry(zip, entry, maxBytes));
  const { fileDataStart } = await zip.file.readLocalFileHeaderPromise(entry.entry, { minimal: true });
  return partOf(zip.bytes, fileDataStart, entry.packedSize);
}
