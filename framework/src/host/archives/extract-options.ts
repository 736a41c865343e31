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
