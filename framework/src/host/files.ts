import type { Dirent } from "node:fs";
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Writes a file under a temporary name beside it and renames it: it is there complete or not at all.
 *
 * @example `await writeWhole(join(layersDir, "launch.toml"), text)`
 */
export async function writeWhole(file: string, contents: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(file), `.${Math.random().toString(36).slice(2)}.partial`);
  try {
    await writeFile(temporary, contents, { flag: "wx" });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes a file that the lifecycle made and that may be a mount, which cannot be replaced. It reads the file only if the phase passes. */
export async function writeInPlace(file: string, contents: string): Promise<void> {
  await writeFile(file, contents);
}

/** Writes files below a directory, making the directories they need. */
export async function writeTree(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, contents] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), contents);
  }
}

/**
 * Removes a file or directory, also one that holds read-only directories (Go's module cache) which an ordinary user could not empty.
 * Links are removed, not followed. Nothing there is no error.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!hasCode(error, "EACCES", "EPERM", "ENOTEMPTY")) throw error;
    await makeWritable(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function makeWritable(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return;
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(path, entry.name));
  }
}

/** What is at a path, links not followed; undefined if there is nothing. */
export async function entryAt(
  path: string,
): Promise<{ readonly isDirectory: boolean; readonly isFile: boolean } | undefined> {
  const stats = await absentAs(undefined, lstat(path));
  return stats && { isDirectory: stats.isDirectory(), isFile: stats.isFile() };
}

/** The entries of a directory sorted by name; none if there is no such directory. */
export async function entriesOf(dir: string): Promise<readonly Dirent[]> {
  const entries = await absentAs([], readdir(dir, { withFileTypes: true }));
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The text of a file, undefined if there is none. */
export async function textAt(file: string): Promise<string | undefined> {
  return absentAs(undefined, readFile(file, "utf8"));
}

/** The texts of the files of a directory by name; links to files (mounted secrets) are files, `..data` of such a mount is not. */
export async function textsIn(dir: string): Promise<Readonly<Record<string, string>>> {
  const files = (await entriesOf(dir)).filter((entry) => !entry.isDirectory() && !entry.name.startsWith(".."));
  return Object.fromEntries(
    await Promise.all(files.map(async ({ name }) => [name, await readFile(join(dir, name), "utf8")] as const)),
  );
}

/** Whether an error is a system error with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

async function absentAs<T, U>(absent: U, reading: Promise<T>): Promise<T | U> {
  try {
    return await reading;
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return absent;
    throw error;
  }
}
