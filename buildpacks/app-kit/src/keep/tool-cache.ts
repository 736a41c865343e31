import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** A cache of a tool's downloads and derived files, which later builds reuse. */
export interface ToolCache {
  readonly dir: string;
  /**
   * Empties the cache if it has grown too large, because restoring a large cache takes more time
   * than it saves. The next build fills the cache again.
   */
  trim(): void;
}

/**
 * Opens the cache of a tool in a directory.
 *
 * @param most the maximum size of the cache: in bytes, and as a text for log messages, such as
 * `2 GB`
 */
export function toolCache(
  dir: string,
  most: { readonly title: string; readonly bytes: number; readonly words: string },
  log: { info(text: string): void },
): ToolCache {
  return {
    dir,
    trim() {
      if (bytesIn(dir, most.bytes) <= most.bytes) return;
      log.info(`The cache of ${most.title} is larger than ${most.words}: the buildpack empties it`);
      rmSync(dir, { recursive: true });
      mkdirSync(dir);
    },
  };
}

/** Returns the size of a directory. Counting stops at a limit. */
function bytesIn(dir: string, bound: number): number {
  let bytes = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (bytes > bound) break;
    const path = join(dir, entry.name);
    if (entry.isDirectory()) bytes += bytesIn(path, bound - bytes);
    else if (entry.isFile()) bytes += statSync(path).size;
  }
  return bytes;
}
