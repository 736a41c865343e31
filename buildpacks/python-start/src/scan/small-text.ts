import { lstat } from "node:fs/promises";
import type { App } from "libcnb";

// No source of this size is written by hand.
const largest = 512 * 1024;

/**
 * Reads a small file of the app. Returns `undefined` if the file is missing, too large or not text,
 * or if it is a link (which may lead anywhere) or a pipe (which may be endless).
 */
export async function smallText(app: App, path: string): Promise<string | undefined> {
  try {
    const stats = await lstat(app.path(path));
    return stats.isFile() && stats.size <= largest ? await app.readText(path) : undefined;
  } catch {
    return undefined;
  }
}
