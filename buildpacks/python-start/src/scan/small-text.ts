import { lstat } from "node:fs/promises";
import type { App } from "libcnb";

// No source of this size is written by hand.
const largest = 512 * 1024;

/** The text of a file of the app; `undefined`: there is none, or it is a link, which may lead to anything, a pipe, which has no end, or no text. */
export async function smallText(app: App, path: string): Promise<string | undefined> {
  try {
    const stats = await lstat(app.path(path));
    return stats.isFile() && stats.size <= largest ? await app.readText(path) : undefined;
  } catch {
    return undefined;
  }
}
