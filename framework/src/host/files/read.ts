import { type Dirent, lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// Synchronous inside: detect reads a handful of small files, and starting the threads that would read them takes longer than to read them.

/**
 * Returns the type of a directory entry, without following links; undefined if the entry does not
 * exist.
 */
export async function entryAt(
  path: string,
): Promise<{ readonly isDirectory: boolean; readonly isFile: boolean } | undefined> {
  const stats = absentAs(undefined, () => lstatSync(path));
  return stats && { isDirectory: stats.isDirectory(), isFile: stats.isFile() };
}

/** Returns the permission bits of a directory entry. */
export function modeAt(path: string): number {
  return lstatSync(path).mode & 0o7777;
}

/** Returns the entries of a directory, sorted by name; empty if the directory does not exist. */
export async function entriesOf(dir: string): Promise<readonly Dirent[]> {
  const entries = absentAs([], () => readdirSync(dir, { withFileTypes: true }));
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Reads the text of a file; undefined if the file does not exist. */
export async function textAt(file: string): Promise<string | undefined> {
  return absentAs(undefined, () => textOf(file));
}

/**
 * Reads the bytes of a file; undefined if the file does not exist. This function is for callers
 * that report invalid UTF-8 themselves.
 */
export async function bytesAt(file: string): Promise<Uint8Array | undefined> {
  return absentAs(undefined, () => named(file, () => readFileSync(file)));
}

/**
 * Reads the text files of a directory by name. A link to a file is read like a file, because
 * mounted secrets consist of such links. As in the lifecycle, links to directories are ignored,
 * such as `..data` of a mounted secret. Names that are not UTF-8 are also ignored, because an
 * environment in JavaScript cannot contain them.
 */
export async function textsIn(dir: string): Promise<Readonly<Record<string, string>>> {
  const files = (await entriesOf(dir)).filter(
    (entry) => !entry.name.startsWith("..") && !entry.name.includes("\ufffd") && isFile(dir, entry),
  );
  return Object.fromEntries(files.map(({ name }) => [name, textOf(join(dir, name))]));
}

const isFile = (dir: string, entry: Dirent): boolean =>
  entry.isFile() || (entry.isSymbolicLink() && statSync(join(dir, entry.name)).isFile());

const textOf = (file: string): string => named(file, () => readFileSync(file, "utf8"));

// The system's error about reading a directory as a file names no path.
function named<Contents>(file: string, read: () => Contents): Contents {
  try {
    return read();
  } catch (error) {
    if (hasCode(error, "EISDIR") && error instanceof Error) error.message += ` '${file}'`;
    throw error;
  }
}

/**
 * Overwrites a file that the lifecycle created. The file may be a mount point, so another file
 * cannot replace it. The file does not need to be written atomically, because the lifecycle only
 * reads it if the phase passes.
 */
export async function writeInPlace(file: string, contents: string): Promise<void> {
  writeFileSync(file, contents);
}

/** True if an error is a system error with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

function absentAs<T, U>(absent: U, read: () => T): T | U {
  try {
    return read();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return absent;
    throw error;
  }
}
