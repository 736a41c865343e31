import { lstat, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { ScaffoldError } from "../errors.ts";
import type { ProjectFile } from "./render.ts";

/**
 * True if the directory exists.
 *
 * @throws ScaffoldError OUTPUT_UNWRITABLE if the path is not a directory
 */
export async function existingFolder(dir: string): Promise<boolean> {
  const stats = await statsOf(await realpath(dir).catch(() => dir));
  if (stats === undefined || stats.isDirectory()) return stats !== undefined;
  throw new ScaffoldError("OUTPUT_UNWRITABLE", `${dir} exists and is not a directory`, {
    hint: "Choose another name for the project's directory.",
  });
}

/**
 * Returns the paths of existing files whose content differs from the content in the project, in the
 * order of `files`.
 *
 * @throws ScaffoldError OUTPUT_UNWRITABLE if a file or link is in place of a directory, or a
 * directory in place of a file
 */
export async function conflicts(dir: string, files: readonly ProjectFile[]): Promise<string[]> {
  await checkFolders(dir, files);
  const found = await Promise.all(files.map(async (file) => ((await isConflict(dir, file)) ? [file.path] : [])));
  return found.flat();
}

async function checkFolders(dir: string, files: readonly ProjectFile[]): Promise<void> {
  const folders = new Set(files.flatMap(({ path }) => parentsOf(path)));
  for (const folder of folders) {
    const stats = await statsOf(join(dir, folder));
    if (stats === undefined || stats.isDirectory()) continue;
    throw new ScaffoldError("OUTPUT_UNWRITABLE", `${join(dir, folder)} exists and is not a directory`, {
      hint: `Move or delete ${join(dir, folder)}, or choose another directory for the project.`,
    });
  }
}

const parentsOf = (path: string): string[] =>
  path
    .split("/")
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join("/"));

async function isConflict(dir: string, { path, content }: ProjectFile): Promise<boolean> {
  const file = join(dir, path);
  const stats = await statsOf(file);
  if (stats === undefined) return false;
  if (stats.isDirectory())
    throw new ScaffoldError("OUTPUT_UNWRITABLE", `cannot write the file ${file}: it is a directory`, {
      hint: "Move or delete this directory.",
    });
  return !stats.isFile() || !(await readFile(file)).equals(Buffer.from(content));
}

const statsOf = (path: string) =>
  lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new ScaffoldError("OUTPUT_UNWRITABLE", `cannot access ${path}`, {
      cause: error,
      hint: "Choose a directory that you can read and write.",
    });
  });
