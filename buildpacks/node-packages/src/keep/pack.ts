import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { updateWithFile } from "@libcnb/app-kit/digests";
import type { Entry } from "./listing.ts";

/**
 * A directory whose files are packed into a single file, because restoring a layer spends most of
 * its time on creating files.
 */
interface Pack {
  /** Paths to remove before the entries are written. */
  readonly removed: readonly string[];
  /**
   * The entries. Directories come before their content. `contents` contains the concatenated
   * contents of the files.
   */
  readonly entries: readonly Entry[];
}

/**
 * The names of the two files of a pack: `index` lists the entries, and `contents` contains the
 * contents of the packed files.
 */
export const packFiles = { index: "files.json", contents: "files.bin" } as const;

/**
 * Packs entries of a directory into a pack: an index file and a file with all contents, in another
 * directory.
 */
export function writePack(from: string, entries: readonly Entry[], to: string, removed: readonly string[] = []): void {
  // never written in place: a cache may share the files with the layer
  for (const name of Object.values(packFiles)) rmSync(join(to, name), { force: true });
  const out = new ContentsWriter(join(to, packFiles.contents));
  try {
    const packed = entries.map((entry) =>
      entry.kind === "file" ? { ...entry, size: out.append(join(from, entry.path)) } : entry,
    );
    out.flush();
    const pack: Pack = { removed, entries: packed };
    writeFileSync(join(to, packFiles.index), JSON.stringify({ digest: digestOf(pack, to), ...pack }));
  } finally {
    out.close();
  }
}

/** True if a directory contains a pack that is complete and unmodified. */
export function isIntact(dir: string): boolean {
  try {
    const { digest, ...pack } = readIndex(dir);
    return digest === digestOf(pack, dir);
  } catch {
    return false;
  }
}

/**
 * Reads the index of an intact pack: its entries, and the paths to remove before the entries are
 * written.
 */
export function readPack(dir: string): Pack {
  const { removed, entries } = readIndex(dir);
  return { removed, entries };
}

const readIndex = (dir: string): Pack & { readonly digest: string } =>
  JSON.parse(readFileSync(join(dir, packFiles.index), "utf8"));

function digestOf({ removed, entries }: Pack, dir: string): string {
  const digest = createHash("sha256").update(JSON.stringify([removed, entries]));
  updateWithFile(digest, join(dir, packFiles.contents));
  return digest.digest("hex");
}

/** Collects small files, so that most cost no write of their own. */
class ContentsWriter {
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(4 * 1024 * 1024);
  #used = 0;

  constructor(path: string) {
    this.#file = openSync(path, "w", 0o644);
  }

  /** Appends a file; returns its size. */
  append(path: string): number {
    const file = openSync(path, "r");
    try {
      for (let size = 0; ; ) {
        if (this.#used === this.#buffer.length) this.flush();
        const bytes = readSync(file, this.#buffer, this.#used, this.#buffer.length - this.#used, null);
        if (bytes === 0) return size;
        this.#used += bytes;
        size += bytes;
      }
    } finally {
      closeSync(file);
    }
  }

  flush(): void {
    for (let done = 0; done < this.#used; ) done += writeSync(this.#file, this.#buffer, done, this.#used - done);
    this.#used = 0;
  }

  close(): void {
    closeSync(this.#file);
  }
}

/**
 * Restores the files of a pack. `from` is the directory with the two files of the pack, which must
 * be intact (see {@link isIntact}). `to` is the directory that receives the unpacked files, with
 * the permissions that the pack records.
 */
export function unpack(from: string, to: string): void {
  const { removed, entries } = readPack(from);
  for (const path of removed) rmSync(join(to, path), { recursive: true, force: true });
  const contents = new ContentsReader(join(from, packFiles.contents));
  const umask = process.umask(0); // saves a chmod of every file
  try {
    for (const entry of entries) write(entry, join(to, entry.path), contents);
  } finally {
    process.umask(umask);
    contents.close();
  }
  // Deepest first: a directory may become unwritable only when it is complete.
  for (const entry of entries.toReversed()) {
    if (entry.kind === "directory") chmodSync(join(to, entry.path), entry.mode);
  }
}

function write(entry: Entry, path: string, contents: ContentsReader): void {
  if (entry.kind === "directory") mkdirSync(path, { recursive: true, mode: 0o700 });
  if (entry.kind === "link") symlinkSync(entry.target, path);
  if (entry.kind === "file") contents.copyTo(path, entry);
}

class ContentsReader {
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(4 * 1024 * 1024);

  constructor(path: string) {
    this.#file = openSync(path, "r");
  }

  /** The next bytes become a file, which must not exist yet. */
  copyTo(path: string, { mode, size }: { readonly mode: number; readonly size: number }): void {
    const file = openSync(path, "wx", mode);
    try {
      for (let left = size; left > 0; ) {
        const bytes = readSync(this.#file, this.#buffer, 0, Math.min(left, this.#buffer.length), null);
        if (bytes === 0)
          throw new Error(`the archive of cached files is damaged: its content of ${path} is incomplete`);
        for (let done = 0; done < bytes; ) done += writeSync(file, this.#buffer, done, bytes - done);
        left -= bytes;
      }
    } finally {
      closeSync(file);
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}
