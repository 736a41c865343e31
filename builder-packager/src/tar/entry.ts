/**
 * The modification time of every file in a layer, as in the lifecycle: 1980-01-01T00:00:01Z, in
 * seconds. zip cannot store an earlier year.
 */
export const normalizedMtime = 315532801;

/** The source of a file's bytes: memory, or a file on disk that is read when the archive is written. */
export type TarContent = Uint8Array | { readonly file: string; readonly size: number };

export interface EntryAttributes {
  /**
   * The name exactly as stored in the archive, for example `/cnb/order.toml`. Bytes that are not
   * UTF-8 are encoded as in a {@link Member}. Names of directories have no trailing slash.
   */
  readonly path: string;
  /** The permission bits, including setuid, setgid and sticky, for example `0o755`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The modification time in seconds since 1970. @default normalizedMtime */
  readonly mtime?: number;
}

/** A member of a tar archive. The target of a hard link is the stored name of an earlier entry. */
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
