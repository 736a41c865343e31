import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "libcnb";

/**
 * Empties pnpm's store when most of it is unused. `pnpm store prune` is not suitable, because it
 * considers files without hard links unused.
 */
export function limitStore(store: string, installed: string, log: Logger): void {
  const kept = sizeOf(store);
  if (kept < spareBytes || kept < 3 * sizeOf(installed)) return;
  rmSync(store, { recursive: true, force: true });
  log.info("The downloads of pnpm are not kept: most of them are of versions that the app does not need any more");
}

const spareBytes = 100 * 1024 * 1024;

/** Bytes of all files. Links are not followed. */
function sizeOf(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
