import type { ExtractOptions } from "./extract-options.ts";

/**
 * Extracts an archive: zip, or tar, plain or compressed by gzip, bzip2, xz or zstd. The format is
 * detected by the first bytes, not by the name. Nothing escapes `dir`: names with `..`, absolute
 * names, links that lead out and devices are refused, as are sparse files. The limits apply to the
 * extracted bytes. The later of two entries with the same name wins. On failure, a directory that
 * was empty or absent is restored to that. Modes are kept, except setuid, setgid and sticky.
 *
 * @throws LibcnbError ARCHIVE_INVALID, ARCHIVE_UNSAFE, ARCHIVE_TOO_LARGE
 * @example `await extractArchive(file, path, { strip: 1 })`
 */
export async function extractArchive(file: string, dir: string, options: ExtractOptions = {}): Promise<void> {
  // loaded late: detect extracts nothing
  const { extract } = await import("./extract-archive.ts");
  await extract(file, dir, options);
}
