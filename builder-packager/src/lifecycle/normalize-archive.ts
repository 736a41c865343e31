import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { decompress } from "../tar/compression.ts";
import { normalizedMtime, type TarEntry } from "../tar/entry.ts";
import { readTar } from "../tar/read.ts";
import { tarStream } from "../tar/write.ts";

/**
 * Rewrites a lifecycle archive so that it does not depend on its creation. The time of each file is
 * replaced. The mode of `lifecycle.toml`, which depends on the packager's umask, is replaced as
 * well. Otherwise the digest of a builder would differ between machines.
 *
 * @throws CnbError TAR_INVALID, TAR_UNSUPPORTED
 */
export async function normalizeArchive(from: string, to: string): Promise<void> {
  const entries = await readTar(decompress(createReadStream(from)));
  await pipeline(Readable.from(tarStream(entries.map(normalized))), createGzip(), createWriteStream(to));
}

function normalized(entry: TarEntry): TarEntry {
  const isProgram = entry.type !== "file" || (entry.mode & 0o100) !== 0;
  return { ...entry, mtime: normalizedMtime, mode: isProgram ? entry.mode : 0o644 };
}
