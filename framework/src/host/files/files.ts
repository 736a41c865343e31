// `promises` and not node:fs/promises, which a compiled build that writes nothing would load too.
import { promises as fs, lstatSync, readdirSync, readFileSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";
import { fileModeMask } from "./file-mode-mask.ts";
import { below, type FileName, namesIn } from "./file-name.ts";
import { hasCode } from "./read.ts";

/**
 * Writes a file under a temporary name in the same directory and renames it, so that it appears
 * complete or not at all.
 *
 * @example `await writeWhole(join(layersDir, "launch.toml"), text)`
 */
export async function writeWhole(file: string, contents: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(file), `.${Math.random().toString(36).slice(2)}.partial`);
  try {
    await fs.writeFile(temporary, contents, { flag: "wx" });
    await fs.rename(temporary, file);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw named(error, file);
  }
}

// The system's error about a full disk names no file.
function named(error: unknown, file: string): unknown {
  if (error instanceof Error && "syscall" in error && !("path" in error)) error.message += ` '${file}'`;
  return error;
}

/** A file that the framework writes, and compares as a whole. */
export interface OwnedFile {
  readonly contents: Uint8Array;
  /** The mode, 0o666 or 0o777, from which the process's umask is subtracted. */
  readonly mode: number;
}

/**
 * Replaces the content of a directory by these files, given by path. Without files, the directory
 * is removed.
 */
export async function replaceTree(dir: string, files: ReadonlyMap<string, OwnedFile>): Promise<void> {
  await removeTree(dir);
  for (const [path, { contents, mode }] of files) {
    await fs.mkdir(dirname(join(dir, path)), { recursive: true });
    await fs.writeFile(join(dir, path), contents, { mode });
  }
}

/**
 * True if a directory contains exactly these files, with the modes that `replaceTree` sets. If
 * there are no files, a missing directory is also correct.
 */
export function holdsExactly(dir: string, files: ReadonlyMap<string, OwnedFile>): boolean {
  const mask = fileModeMask();
  const found = lstatSync(dir, { throwIfNoEntry: false });
  if (!found) return files.size === 0;
  const directories = new Set(["", ...[...files.keys()].flatMap(parentsOf)]);
  const paths =
    files.size > 0 && found.isDirectory() ? ["", ...readdirSync(dir, { recursive: true, encoding: "utf8" })] : [];
  return (
    paths.length === files.size + directories.size &&
    paths.every((path) => {
      const [file, wanted] = [join(dir, path), files.get(path)];
      const stats = lstatSync(file, { throwIfNoEntry: false });
      if (stats === undefined) return false; // its name is not UTF-8
      if (wanted === undefined)
        return directories.has(path) && stats.isDirectory() && modeOf(stats) === (0o777 & ~mask);
      return stats.isFile() && modeOf(stats) === (wanted.mode & ~mask) && readFileSync(file).equals(wanted.contents);
    })
  );
}

/**
 * Runs a function while a read-only directory is writable. Afterwards, makes the directory
 * read-only again, even if the function throws.
 */
export async function withWritable(dir: string, work: () => Promise<void>): Promise<void> {
  const mode = modeOf(await fs.lstat(dir));
  const isWritable = (mode & 0o200) !== 0;
  if (!isWritable) await fs.chmod(dir, mode | 0o200);
  try {
    await work();
  } finally {
    if (!isWritable) await fs.chmod(dir, mode);
  }
}

const modeOf = ({ mode }: Stats): number => mode & 0o7777;

const parentsOf = (path: string): readonly string[] =>
  dirname(path) === "." ? [] : [dirname(path), ...parentsOf(dirname(path))];

/**
 * Removes a file or directory. Read-only directories inside, as in Go's module cache, are made
 * writable first. Links are removed, not followed. A missing path is not an error.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await fs.rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!hasCode(error, "EACCES", "EPERM", "ENOTEMPTY")) throw error;
    await makeWritable(path);
    await fs.rm(path, { recursive: true, force: true });
  }
}

async function makeWritable(path: FileName): Promise<void> {
  try {
    if (!(await fs.lstat(path)).isDirectory()) return;
    await fs.chmod(path, 0o700);
    for (const name of namesIn(path)) await makeWritable(below(path, name));
  } catch (error) {
    // the removal that failed at one entry still goes on with the others
    if (!hasCode(error, "ENOENT")) throw error;
  }
}
