import { lstat, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { ScaffoldError } from "../errors.ts";
import type { ProjectFile } from "./render.ts";

/** Whether the folder is there already. @throws ScaffoldError OUTPUT_UNWRITABLE if it is something else */
export async function existingFolder(dir: string): Promise<boolean> {
  const stats = await statsOf(await realpath(dir).catch(() => dir));
  if (stats === undefined || stats.isDirectory()) return stats !== undefined;
  throw new ScaffoldError("OUTPUT_UNWRITABLE", `${dir} exists and is not a folder`, { hint: "Choose another name." });
}

/**
 * The files that are there already with another content, sorted.
 *
 * @throws ScaffoldError OUTPUT_UNWRITABLE where a folder should be and is not one, or is a link that leads elsewhere
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
    throw new ScaffoldError("OUTPUT_UNWRITABLE", `${join(dir, folder)} is there and not a folder`, {
      hint: "Move it away, or choose another folder.",
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
    throw new ScaffoldError("OUTPUT_UNWRITABLE", `${file} is a folder`, { hint: "Move it away." });
  return !stats.isFile() || (await readFile(file, "utf8")) !== content;
}

const statsOf = (path: string) =>
  lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new ScaffoldError("OUTPUT_UNWRITABLE", `cannot look at ${path}`, {
      cause: error,
      hint: "Choose a folder that you can write.",
    });
  });
