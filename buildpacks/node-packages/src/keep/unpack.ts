import { chmodSync, closeSync, mkdirSync, openSync, readSync, rmSync, symlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Entry } from "./listing.ts";
import { packFiles, readPack } from "./pack.ts";

/** Writes a directory's intact pack into another directory, with exactly the packed permissions. */
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
        if (bytes === 0) throw new Error(`the recorded content of ${path} is too short`);
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
