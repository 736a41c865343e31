import { closeSync, createReadStream, openSync, read, readSync, unlinkSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { FileReader } from "../../tar/byte-reader.ts";
import { decompress, sniffCompression } from "../../tar/compression.ts";
import { blockSize } from "../../tar/header.ts";
import { decodeBlock } from "../../tar/member.ts";
import { membersOf } from "../../tar/read.ts";
import { writeChunks } from "../layers/write-chunks.ts";
import { maxDocumentBytes } from "../model/document.ts";
import type { LayoutFile } from "../source/source-image.ts";
import { openRegularFile } from "./regular-file.ts";
import { temporaryName } from "./temporary-name.ts";

/** A tar archive on disk with random access to its members. */
export interface ArchiveFile {
  /** The name of the archive in errors, for example `oci-archive:app.tar`. */
  readonly where: string;
  /** All members except directories, by name. */
  readonly files: readonly LayoutFile[];
  /**
   * Returns the size of a member in bytes; undefined if the archive does not contain it. `path`
   * begins with neither `./` nor a slash.
   */
  sizeOf(path: string): number | undefined;
  /** Streams the content of a member. */
  open(path: string): AsyncIterable<Uint8Array>;
  /** Reads a small member, for example `index.json`. */
  document(path: string): Promise<Uint8Array>;
  /** Reads the first bytes of a member. */
  start(path: string, length: number): Uint8Array;
}

interface MemberPosition {
  readonly offset: number;
  readonly size: number;
}

/**
 * Opens an archive and lists its members. A compressed archive is decompressed into an unnamed
 * temporary file, which disappears with the process.
 *
 * @throws CnbError IMAGE_NOT_FOUND when there is no such file, TAR_INVALID.
 */
export async function openArchive(file: string, where: string): Promise<ArchiveFile> {
  const compressed = openFile(file, where);
  return archiveOf(() => uncompressed(compressed), where);
}

/**
 * Opens an archive from a stream, which is stored in an unnamed temporary file.
 *
 * @throws CnbError TAR_INVALID; errors of the source.
 */
export const receiveArchive = (source: AsyncIterable<Uint8Array>, where: string): Promise<ArchiveFile> =>
  archiveOf(() => spooled(source), where);

/**
 * Closes the file of an archive that is no longer referenced. Such a file may be deleted already,
 * but it occupies gigabytes until it is closed.
 */
const abandoned = new FinalizationRegistry((fd: number) => closeSync(fd));

async function archiveOf(openTar: () => Promise<number>, where: string): Promise<ArchiveFile> {
  const { file, positions, links } = await opened(openTar, where);
  const positionOf = (path: string) => positions.get(path) ?? positions.get(links.get(path) ?? "");
  const required = (path: string): MemberPosition => {
    const position = positionOf(path);
    if (position) return position;
    throw new CnbError("IMAGE_INVALID", `${where} is incomplete: the archive does not contain ${path}`);
  };
  return {
    where,
    files: [...positions.keys(), ...links.keys()].map((path) => ({ path, regular: positions.has(path) })),
    sizeOf: (path) => positionOf(path)?.size,
    open: (path) => range(file, required(path)),
    document: async (path) => {
      const { size } = required(path);
      if (size <= maxDocumentBytes) return buffer(range(file, required(path)));
      throw new CnbError(
        "IMAGE_INVALID",
        `${path} in ${where} is too large: it has ${size} bytes, and at most ${maxDocumentBytes} are allowed`,
      );
    },
    start: (path, length) => {
      const { offset, size } = required(path);
      const bytes = Buffer.alloc(Math.min(length, size));
      return bytes.subarray(0, readSync(file.fd, bytes, 0, bytes.length, offset));
    },
  };
}

/** Errors about the tar do not know where it is from. */
async function opened(openTar: () => Promise<number>, where: string) {
  try {
    const file = { fd: await openTar() };
    abandoned.register(file, file.fd);
    if (!beginsAsTar(file.fd)) throw new CnbError("TAR_INVALID", "the archive does not begin with a tar header");
    return { file, ...(await scan(file.fd)) };
  } catch (error) {
    if (!(error instanceof CnbError) || !error.code.startsWith("TAR_")) throw error;
    throw new CnbError(error.code, `${where}: ${error.message}`, {
      cause: error.cause,
      ...defined({ hint: error.hint }),
    });
  }
}

function beginsAsTar(fd: number): boolean {
  const block = Buffer.alloc(blockSize);
  if (readSync(fd, block, 0, blockSize, 0) < blockSize) return false;
  try {
    decodeBlock(block);
    return true;
  } catch {
    return false;
  }
}

function openFile(file: string, where: string): number {
  try {
    return openRegularFile(file, where);
  } catch (error) {
    if (error instanceof CnbError) throw error;
    throw new CnbError("IMAGE_NOT_FOUND", `cannot open ${where}`, {
      cause: error,
      hint: "Check the path and the permissions of the archive.",
    });
  }
}

async function uncompressed(fd: number): Promise<number> {
  const start = Buffer.alloc(6);
  readSync(fd, start, 0, start.length, 0);
  if (sniffCompression(start) === "none") return fd;
  try {
    return await spooled(decompress(createReadStream("", { fd, start: 0, autoClose: false })));
  } finally {
    closeSync(fd);
  }
}

/** A temporary file without a name: it disappears with the process, however that ends. */
async function spooled(source: AsyncIterable<Uint8Array>): Promise<number> {
  const temporary = temporaryName(join(tmpdir(), "libcnb-archive"));
  const output = await open(temporary, "wx", 0o600);
  const fd = openSync(temporary, "r");
  unlinkSync(temporary);
  try {
    await writeChunks(output, source);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  } finally {
    await output.close();
  }
}

async function scan(fd: number) {
  const positions = new Map<string, MemberPosition>();
  const links = new Map<string, string>();
  for await (const { type, path, target, offset, size } of membersOf(new FileReader(fd))) {
    const name = memberName(path);
    if (type === "file") positions.set(name, { offset, size });
    // `docker save` up to version 24 links layers that occur twice.
    if (type === "symlink") links.set(name, memberName(posix.join(posix.dirname(name), target)));
    if (type === "hardlink") links.set(name, memberName(target));
  }
  return { positions, links };
}

/** pack writes absolute names, GNU tar names that begin with `./`. */
const memberName = (path: string): string => posix.normalize(path).replace(/^\/+/, "");

const readAt = promisify(read);
const chunkBytes = 1024 * 1024;

/** The file is asked for its descriptor before each read, so that it is not closed before the last one. */
async function* range(
  file: { readonly fd: number },
  { offset, size }: MemberPosition,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < size; ) {
    const bytes = Buffer.allocUnsafe(Math.min(chunkBytes, size - at));
    const { bytesRead } = await readAt(file.fd, bytes, 0, bytes.length, offset + at);
    if (bytesRead === 0) return; // the verification of the blob reports it
    yield bytes.subarray(0, bytesRead);
    at += bytesRead;
  }
}
