import type { FileHandle } from "node:fs/promises";
import { LibcnbError } from "../../errors.ts";

/** A compression or archive format, recognized by its first bytes. */
export type ArchiveFormat = "bzip2" | "gzip" | "plain" | "xz" | "zip" | "zstd";

// how files begin
const beginnings: readonly (readonly [ArchiveFormat, readonly number[]])[] = [
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["gzip", [0x1f, 0x8b]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["zip", [0x50, 0x4b, 0x05, 0x06]], // one without entries
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
];

const unsupported: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ["7-Zip", [0x37, 0x7a, 0xbc, 0xaf]],
  ["lzip", [0x4c, 0x5a, 0x49, 0x50]],
  ["RAR", [0x52, 0x61, 0x72, 0x21]],
];

/**
 * Detects the format of an archive. A file that begins with a skippable frame is zstd, because
 * pzstd writes such frames.
 *
 * @throws LibcnbError ARCHIVE_INVALID
 */
export async function archiveFormat(path: string, file: FileHandle): Promise<ArchiveFormat> {
  const head = Buffer.alloc(8);
  await file.read(head, 0, head.length, 0);
  const begins = ([, magic]: readonly [unknown, readonly number[]]) =>
    magic.every((byte, index) => head[index] === byte);
  const [name] = unsupported.find(begins) ?? [];
  if (name !== undefined) {
    throw new LibcnbError(
      "ARCHIVE_INVALID",
      `cannot extract ${path}: it has the format ${name}, which is not supported`,
      {
        hint: "Use a .tar.gz, .tar.xz, .tar.zst or .zip archive instead.",
      },
    );
  }
  if ((head.readUInt32LE() & 0xfffffff0) === 0x184d2a50) return "zstd";
  return beginnings.find(begins)?.[0] ?? "plain";
}
