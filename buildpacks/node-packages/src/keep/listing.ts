import { hash } from "node:crypto";
import { lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";
import { hashFile } from "@libcnb/app-kit/digests";

/**
 * An entry of a directory tree, with its path relative to the listed directory. The kind `other`
 * stands for a socket, pipe or device, or a name that is not UTF-8.
 */
export type Entry =
  | { readonly kind: "directory"; readonly path: string; readonly mode: number }
  | { readonly kind: "file"; readonly path: string; readonly mode: number; readonly size: number }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "other"; readonly path: string };

/**
 * The fingerprints of directory entries, by path. A fingerprint contains the kind, permissions and
 * digest of an entry, and shows whether the entry has changed. It is `undefined` if the entry
 * cannot be read.
 */
export type Fingerprints = ReadonlyMap<string, string | undefined>;

/**
 * Lists all entries below a directory, sorted, each directory before its content. Links are not
 * followed.
 *
 * Like all code here that handles thousands of files, this function is synchronous, because threads
 * would wait for each other in the kernel.
 */
export function listTree(dir: string, below = ""): readonly Entry[] {
  const names = readdirSync(join(dir, below)).sort();
  return names.flatMap((name) => {
    const entry = entryAt(dir, below === "" ? name : `${below}/${name}`);
    return entry.kind === "directory" ? [entry, ...listTree(dir, entry.path)] : [entry];
  });
}

/** Reads the entry at one path of a directory. */
export function entryAt(dir: string, path: string): Entry {
  const stats = lstatSync(join(dir, path), { throwIfNoEntry: false });
  return stats === undefined ? { kind: "other", path } : entryOf(dir, path, stats);
}

function entryOf(dir: string, path: string, stats: Stats): Entry {
  const mode = stats.mode & 0o7777;
  if (stats.isDirectory()) return { kind: "directory", path, mode };
  if (stats.isFile()) return { kind: "file", path, mode, size: stats.size };
  return stats.isSymbolicLink()
    ? { kind: "link", path, target: readlinkSync(join(dir, path)) }
    : { kind: "other", path };
}

/** Computes the fingerprints of entries, which show later whether an entry has changed. */
export const fingerprintsOf = (dir: string, entries: readonly Entry[]): Fingerprints =>
  new Map(entries.map((entry) => [entry.path, fingerprintOf(dir, entry)]));

/**
 * Returns a text with the kind, permissions and digest of an entry, such as `file 644 1f2e…`;
 * `undefined` if the entry cannot be read.
 */
export function fingerprintOf(dir: string, entry: Entry): string | undefined {
  if (entry.kind === "other") return undefined;
  if (entry.kind === "link") return `link ${hash("sha256", entry.target)}`;
  const permissions = entry.mode.toString(8);
  if (entry.kind === "directory") return `directory ${permissions}`;
  const digest = hashFile(join(dir, entry.path));
  return digest && `file ${permissions} ${digest}`;
}
