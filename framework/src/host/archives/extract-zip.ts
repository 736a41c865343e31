import { crc32 } from "node:zlib";
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from "yauzl";
import { LibcnbError } from "../../errors.ts";
import { unsafe } from "./archive-path.ts";
import type { Extraction } from "./extraction.ts";

/** The creators Unix and macOS, whose attributes contain modes. */
const madeByUnix: readonly number[] = [3, 19];
const typeMask = 0o170000;
const types = { directory: 0o040000, file: 0o100000, symlink: 0o120000 } as const;
/** The longest path that any system supports. */
const longestLink = 4096;

/**
 * Extracts the entries of a zip file into the target of an extraction. Only the central directory
 * at the end of the file determines the entries.
 */
export async function extractZip(extraction: Extraction): Promise<void> {
  // names as bytes: the reader would call an unsafe one a damaged file
  const zip = await openPromise(extraction.file, { autoClose: false, decodeStrings: false, validateEntrySizes: true });
  try {
    for await (const entry of zip.eachEntry()) await extractEntry(extraction, zip, entry);
  } finally {
    zip.close();
  }
}

async function extractEntry(extraction: Extraction, zip: ZipFile, entry: Entry): Promise<void> {
  extraction.countEntry();
  // backslashes are slashes, as some tools of Windows write them
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
  if (/^[A-Za-z]:/.test(name)) throw unsafe(name, "its name is absolute");
  const path = extraction.pathOf(name);
  if (path === undefined) return;
  const { type, mode } = attributes(entry, name);
  if (type === types.directory) return extraction.writeDirectory(path, mode);
  if (entry.isEncrypted()) throw unreadable(extraction, name, "is encrypted", "Create the archive without encryption.");
  if (!entry.canDecodeFileData())
    throw unreadable(
      extraction,
      name,
      `uses the compression method ${entry.compressionMethod}, which is not supported`,
      "Create the archive with the compression method deflate.",
    );
  const stream = await zip.openReadStreamPromise(entry);
  stream.on("error", () => {}); // it flows at once: who reads later gets the error then, and without a listener it would end the process
  const contents = counted(extraction, stream, entry);
  if (type === types.file) return extraction.writeFile(path, mode, contents);
  await extraction.writeSymlink(path, await linkTarget(name, contents));
}

function attributes(entry: Entry, name: string): { readonly type: number; readonly mode: number } {
  const mode = madeByUnix.includes(entry.versionMadeBy >> 8) ? entry.externalFileAttributes >>> 16 : 0;
  const isDirectory = name.endsWith("/");
  const type = isDirectory ? types.directory : mode & typeMask || types.file;
  if (!Object.values<number>(types).includes(type)) throw unsafe(name, "it is not a file, directory or symbolic link");
  // without Unix attributes, the executable files are unknown
  return { type, mode: mode & 0o777 || (isDirectory ? 0o755 : 0o644) };
}

/** Counts the extracted bytes, because the headers may lie. */
async function* counted(
  extraction: Extraction,
  contents: AsyncIterable<unknown>,
  entry: Entry,
): AsyncGenerator<Uint8Array, void, undefined> {
  let checksum = 0;
  for await (const chunk of contents as AsyncIterable<Uint8Array>) {
    extraction.countBytes(chunk.length);
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (checksum !== entry.crc32) throw new Error("the content of a zip entry does not match its CRC-32 checksum");
}

async function linkTarget(name: string, contents: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of contents) {
    bytes += chunk.length;
    if (bytes > longestLink) throw unsafe(name, "its link target is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function unreadable({ file }: Extraction, name: string, why: string, hint: string): LibcnbError<"ARCHIVE_INVALID"> {
  return new LibcnbError("ARCHIVE_INVALID", `cannot extract ${file}: its entry ${JSON.stringify(name)} ${why}`, {
    hint,
  });
}
