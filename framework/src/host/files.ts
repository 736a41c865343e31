import { lstatSync, readdirSync, readFileSync, type Stats } from "node:fs";
import { chmod, lstat, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasCode } from "./read.ts";

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

/** Writes files below a directory, making the directories they need. */
export async function writeTree(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, contents] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), contents);
  }
}

/**
 * Whether a directory holds these files and nothing else, with the modes that `writeTree` gives them.
 * No files and no directory is what was asked for, too.
 */
export function holdsExactly(dir: string, files: ReadonlyMap<string, string>): boolean {
  const mask = process.umask();
  const found = lstatSync(dir, { throwIfNoEntry: false });
  if (!found) return files.size === 0;
  const directories = new Set(["", ...[...files.keys()].flatMap(parentsOf)]);
  const paths =
    files.size > 0 && found.isDirectory() ? ["", ...readdirSync(dir, { recursive: true, encoding: "utf8" })] : [];
  return (
    paths.length === files.size + directories.size &&
    paths.every((path) => {
      const [file, text] = [join(dir, path), files.get(path)];
      const stats = lstatSync(file);
      if (text === undefined) return directories.has(path) && stats.isDirectory() && modeOf(stats) === (0o777 & ~mask);
      return stats.isFile() && modeOf(stats) === (0o666 & ~mask) && readFileSync(file, "utf8") === text;
    })
  );
}

const modeOf = ({ mode }: Stats): number => mode & 0o7777;

const parentsOf = (path: string): readonly string[] =>
  dirname(path) === "." ? [] : [dirname(path), ...parentsOf(dirname(path))];

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
