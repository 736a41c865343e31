import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Entry, entryAt, listTree } from "./listing.ts";
import { normalizeTree } from "./normalize.ts";
import { readPack, writePack } from "./pack.ts";
import { unpack } from "./unpack.ts";

/**
 * Packs the installed files into the cache directory, in a form that does not depend on the
 * machine.
 */
export function saveInstallation(appDir: string, paths: readonly string[], to: string): void {
  const entries = paths.flatMap((path) => installedAt(appDir, path));
  writePack(appDir, entries, to, paths);
}

/**
 * Restores a cached installation into the app. The directories are real ones, because links to a
 * layer break workspaces and peer dependencies.
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
