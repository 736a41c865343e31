/** Options for extracting an archive. */
export interface ExtractOptions {
  /** Leading components of names to drop; entries with fewer components are skipped. Default: 0. */
  readonly strip?: number;
  /** The maximal size of all files together in bytes. Default: 4 GiB. */
  readonly maxBytes?: number;
  /** Default: 1,000,000. */
  readonly maxEntries?: number;
  /** Selects entries by name after `strip`. Default: all. */
  readonly filter?: (name: string) => boolean;
}

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
