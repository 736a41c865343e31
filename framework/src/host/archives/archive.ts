import type { ExtractOptions } from "./extract-options.ts";

/**
 * Extracts an archive: zip, or tar, plain or compressed by gzip, bzip2, xz or zstd. The format is
 * detected by the first bytes, not by the name. Nothing is written outside of `dir`: names with
 * `..`, absolute names, links that lead out, devices and sparse files are refused. The limit
 * `maxBytes` applies to the extracted bytes. If two entries have the same name, the later one is
 * used. If the extraction fails, a directory that was empty or absent before is empty or absent
 * again. Modes are preserved, except setuid, setgid and sticky.
 *
 * @throws LibcnbError ARCHIVE_INVALID, ARCHIVE_UNSAFE, ARCHIVE_TOO_LARGE
 * @example `await extractArchive(file, path, { strip: 1 })`
 */
export async function extractArchive(file: string, dir: string, options: ExtractOptions = {}): Promise<void> {
  // loaded late: detect extracts nothing
  const { extract } = await import("./extract-archive.ts");
  await extract(file, dir, options);
}
