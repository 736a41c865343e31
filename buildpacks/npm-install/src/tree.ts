import { chmod, constants, copyFile, lstat, mkdir, readdir, readlink, rm, symlink } from "node:fs/promises";
import { join } from "node:path";

/** Whether there is a folder of this name; a link to one is none. */
export async function isDirectory(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

/**
 * Copies a folder with its symbolic links as they are. File modes are 0755 or 0644, whatever the umask: they are part of
 * the image. Files share their blocks with the original where the file system can do that.
 */
export async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  const entries = await readdir(from, { withFileTypes: true });
  for (let index = 0; index < entries.length; index += parallelCopies) {
    await Promise.all(
      entries.slice(index, index + parallelCopies).map(async (entry) => {
        const [source, target] = [join(from, entry.name), join(to, entry.name)];
        if (entry.isDirectory()) return copyTree(source, target);
        if (entry.isSymbolicLink()) return symlink(await readlink(source), target);
        await copyFile(source, target, constants.COPYFILE_FICLONE);
        await chmod(target, modeOf((await lstat(source)).mode));
      }),
    );
  }
}

/** How many entries of one folder are copied at once; bounds the number of open files. */
const parallelCopies = 16;

/**
 * Makes an installed tree the same on every machine: modes without the umask, and no leftovers that differ from run to
 * run (node-gyp's Makefiles hold absolute paths and, before version 11.3, an order of their own).
 */
export async function normalizeTree(dir: string): Promise<void> {
  await chmod(dir, 0o755);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) await normalizeTree(path);
    else if (entry.isFile() && isBuildLeftover(path)) await rm(path);
    else if (entry.isFile()) await chmod(path, modeOf((await lstat(path)).mode));
  }
}

const isBuildLeftover = (path: string): boolean =>
  /\/build\/(?:Makefile|config\.gypi|[^/]+\.target\.mk|binding\.Makefile)$/.test(path);

const modeOf = (mode: number): number => ((mode & 0o111) === 0 ? 0o644 : 0o755);
