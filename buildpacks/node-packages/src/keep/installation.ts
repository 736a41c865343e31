import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Entry, entryAt, listTree } from "./listing.ts";
import { readPack, unpack, writePack } from "./pack.ts";

/**
 * Packs the installed files into the cache directory, in a form that does not depend on the machine
 * that packs them.
 */
export function saveInstallation(appDir: string, paths: readonly string[], to: string): void {
  const entries = paths.flatMap((path) => installedAt(appDir, path));
  writePack(appDir, entries, to, paths);
}

/**
 * Restores a cached installation into the app. Directories are copied and not linked, because links
 * to a layer break workspaces and peer dependencies.
 */
export function restoreInstallation(from: string, appDir: string): void {
  for (const path of readPack(from).removed) mkdirSync(dirname(join(appDir, path)), { recursive: true, mode: 0o755 }); // .yarn of .yarn/cache
  unpack(from, appDir);
}

/** Installed files and directories; nothing where there is none, as without dependencies. */
function installedAt(appDir: string, path: string): readonly Entry[] {
  const entry = entryAt(appDir, path);
  if (entry.kind === "other") return [];
  if (entry.kind !== "directory") return [entry];
  normalizeTree(join(appDir, path));
  return [entryAt(appDir, path), ...listTree(appDir, path)];
}

/**
 * Normalizes an installed tree. Modes become 0755 or 0644, because modes are part of the image and
 * depend on the umask. Files that differ between runs or are no longer needed are removed.
 */
export function normalizeTree(dir: string): void {
  setMode(dir, 0o755);
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (isLeftover(path, entry.isDirectory())) rmSync(path, { recursive: true });
    else if (entry.isDirectory()) normalizeTree(path);
    else if (entry.isFile()) setMode(path);
  }
}

/**
 * Sets the mode of a file. By default, the mode is 0755 if anyone may execute the file, and 0644
 * otherwise.
 */
function setMode(path: string, wanted?: number): void {
  const { mode } = lstatSync(path);
  const target = wanted ?? ((mode & 0o111) === 0 ? 0o644 : 0o755);
  if ((mode & 0o7777) !== target) chmodSync(path, target);
}

const isLeftover = (path: string, isFolder: boolean): boolean => (isFolder ? leftoverFolder : leftoverFile).test(path);

// node-gyp's Makefiles hold absolute paths and, before version 11.3, an order of their own
const leftoverFile = /\/build\/(?:Makefile|config\.gypi|[^/]+\.target\.mk|binding\.Makefile)$/;

// links in the module next to them, and files with times that Python compiled for node-gyp
const leftoverFolder = /\/build\/(?:Release|Debug)\/(?:obj\.target|\.deps)$|\/__pycache__$/;
