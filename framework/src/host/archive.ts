/** How an archive is extracted. */
export interface ExtractOptions {
  /** Leading parts of the names to drop; an entry with no more parts is left out. Default: 0. */
  readonly strip?: number;
  /** Bytes of all files together. Default: 4 GiB. */
  readonly maxBytes?: number;
  /** Default: 1,000,000. */
  readonly maxEntries?: number;
  /** Which entries are wanted, by name after `strip`. Default: all. */
  readonly filter?: (name: string) => boolean;
}

/**
 * Extracts an archive: tar, plain or compressed by gzip, bzip2, xz or zstd, or zip; which one it is told by its first bytes, not by its name.
 * Nothing gets out of `dir`: names with `..`, absolute names, links that lead out and devices are refused, as are sparse files. The limits count
 * the bytes that really come out. Of two entries with one name the later one stays. If it fails, a directory that was empty or absent is so again.
 * Modes are kept but for setuid, setgid and sticky.
 *
 * @throws LibcnbError ARCHIVE_INVALID, ARCHIVE_UNSAFE, ARCHIVE_TOO_LARGE
 * @example `await extractArchive(file, path, { strip: 1 })`
 */
export async function extractArchive(file: string, dir: string, options: ExtractOptions = {}): Promise<void> {
  // loaded late: detect extracts nothing
  const { extract } = await import("./extract-archive.ts");
  await extract(file, dir, options);
}
