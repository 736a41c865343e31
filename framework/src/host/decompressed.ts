import { open } from "node:fs/promises";
import { pipeline, type Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { LibcnbError } from "../errors.ts";

// how compressed files begin
const gzip = [0x1f, 0x8b];
const zstd = [0x28, 0xb5, 0x2f, 0xfd];
const unsupported: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
];

/** The bytes of a file, decompressed if it begins like gzip or zstd. */
export async function decompressed(path: string): Promise<Readable> {
  const file = await open(path);
  const head = Buffer.alloc(6);
  await file.read(head, 0, head.length, 0);
  const begins = (magic: readonly number[]) => magic.every((byte, index) => head[index] === byte);
  const [name] = unsupported.find(([, magic]) => begins(magic)) ?? [];
  if (name !== undefined) {
    await file.close();
    throw new LibcnbError("ARCHIVE_INVALID", `cannot extract ${path}: it is compressed by ${name}`, {
      hint: "Use a .tar.gz or .tar.zst of it.",
    });
  }
  const source = file.createReadStream({ start: 0 });
  if (begins(gzip)) return piped(source, createGunzip());
  return begins(zstd) ? piped(source, createZstdDecompress()) : source;
}

// an error of the source comes out of the end of the pipe
function piped<Through extends Readable & NodeJS.WritableStream>(source: Readable, through: Through): Through {
  pipeline(source, through, () => {});
  return through;
}
