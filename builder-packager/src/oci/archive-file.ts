import { closeSync, createReadStream, openSync, readSync, unlinkSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { CnbError } from "../errors.ts";
import { FileReader } from "../tar/byte-reader.ts";
import { decompress, sniffCompression } from "../tar/compression.ts";
import { membersOf } from "../tar/read.ts";
import { openRegularFile } from "./regular-file.ts";
import { temporaryName } from "./temporary-name.ts";

/** A tar archive on disk whose members are read in any order. */
export interface ArchiveFile {
  /** For errors, for example `oci-archive:app.tar`. */
  readonly where: string;
  /** Bytes of a member; undefined when there is none of this name. Names have neither `./` nor a slash in front. */
  sizeOf(path: string): number | undefined;
  /** The content of a member from its beginning. */
  open(path: string): AsyncIterable<Uint8Array>;
  /** The first bytes of a member. */
  start(path: string, length: number): Uint8Array;
}

interface Place {
  readonly offset: number;
  readonly size: number;
}

/**
 * Opens an archive and lists its members. A compressed one is uncompressed into a temporary file without a name, which
 * disappears with the process.
 *
 * @throws CnbError IMAGE_NOT_FOUND when there is no such file, TAR_INVALID.
 */
export async function openArchive(file: string, where: string): Promise<ArchiveFile> {
  const { fd, places, links } = await opened(file, where);
  const placeOf = (path: string) => places.get(path) ?? places.get(links.get(path) ?? "");
  const required = (path: string): Place => {
    const place = placeOf(path);
    if (place) return place;
    throw new CnbError("IMAGE_INVALID", `${where} is incomplete: ${path} is missing in it`);
  };
  return {
    where,
    sizeOf: (path) => placeOf(path)?.size,
    open: (path) => range(fd, required(path)),
    start: (path, length) => {
      const { offset, size } = required(path);
      const bytes = Buffer.alloc(Math.min(length, size));
      return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, offset));
    },
  };
}

/** The archive's errors name it. */
async function opened(file: string, where: string) {
  const compressed = openFile(file, where);
  try {
    const fd = await uncompressed(compressed);
    return { fd, ...(await scan(fd)) };
  } catch (error) {
    if (!(error instanceof CnbError)) throw error;
    throw new CnbError(error.code, `${where}: ${error.message}`, {
      cause: error.cause,
      ...(error.hint !== undefined && { hint: error.hint }),
    });
  }
}

function openFile(file: string, where: string): number {
  try {
    return openRegularFile(file, where);
  } catch (error) {
    if (error instanceof CnbError) throw error;
    throw new CnbError("IMAGE_NOT_FOUND", `cannot open ${where}`, {
      cause: error,
      hint: "Check the path of the archive.",
    });
  }
}

async function uncompressed(fd: number): Promise<number> {
  const start = Buffer.alloc(6);
  readSync(fd, start, 0, start.length, 0);
  if (sniffCompression(start) === "none") return fd;
  const temporary = temporaryName(join(tmpdir(), "libcnb-archive"));
  const output = await open(temporary, "wx", 0o600);
  try {
    const result = openSync(temporary, "r");
    unlinkSync(temporary);
    for await (const chunk of decompress(createReadStream("", { fd, start: 0, autoClose: false })))
      await output.writeFile(chunk);
    return result;
  } finally {
    await output.close();
    closeSync(fd);
  }
}

async function scan(fd: number) {
  const places = new Map<string, Place>();
  const links = new Map<string, string>();
  for await (const { type, path, target, offset, size } of membersOf(new FileReader(fd))) {
    const name = memberName(path);
    if (type === "file") places.set(name, { offset, size });
    // `docker save` up to version 24 links layers that occur twice.
    if (type === "symlink") links.set(name, memberName(posix.join(posix.dirname(name), target)));
    if (type === "hardlink") links.set(name, memberName(target));
  }
  return { places, links };
}

/** pack writes absolute names, GNU tar names that begin with `./`. */
const memberName = (path: string): string => posix.normalize(path).replace(/^\/+/, "");

async function* range(fd: number, { offset, size }: Place): AsyncGenerator<Uint8Array, void, undefined> {
  if (size === 0) return;
  yield* createReadStream("", {
    fd,
    autoClose: false,
    start: offset,
    end: offset + size - 1,
    highWaterMark: 1024 * 1024,
  });
}
