/** Options for extracting an archive. */
export interface ExtractOptions {
  /**
   * The number of leading name components to remove. Entries with fewer components are skipped.
   * Default: 0.
   */
  readonly strip?: number;
  /** The maximal total size of all files in bytes. Default: 4 GiB. */
  readonly maxBytes?: number;
  /** The maximal number of entries. Default: 1,000,000. */
  readonly maxEntries?: number;
  /** Selects entries by name after `strip`. Default: all. */
  readonly filter?: (name: string) => boolean;
}
