/** 1980-01-01T00:00:01Z in seconds: the time the lifecycle gives every file, since zip cannot hold an older one. */
export const normalizedMtime = 315532801;

/** The source of a file's bytes: memory, or a file on disk that is read when the archive is written. */
export type TarContent = Uint8Array | { readonly file: string; readonly size: number };

interface EntryAttributes {
  /**
   * The name exactly as stored, for example `/cnb/order.toml`; bytes that are not UTF-8 as in a {@link Member}.
   * Directories have no trailing slash here.
   */
  readonly path: string;
  /** Permission bits with setuid, setgid and sticky, for example `0o755`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch. @default normalizedMtime */
  readonly mtime?: number;
}

/** One member of a tar archive. Hard link targets are the stored names of earlier entries. */
export type TarEntry =
  | (EntryAttributes & { readonly type: "file"; readonly content: TarContent })
  | (EntryAttributes & { readonly type: "directory" })
  | (EntryAttributes & { readonly type: "symlink"; readonly target: string })
  | (EntryAttributes & { readonly type: "hardlink"; readonly target: string })
  | (EntryAttributes & { readonly type: "fifo" })
  | (EntryAttributes & {
      readonly type: "character-device" | "block-device";
      readonly devmajor: number;
      readonly devminor: number;
    });
