import { createHash } from "node:crypto";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * A digest of a tree's names, sizes, permissions and change times, without its contents: equal means that nobody wrote there.
 * A process can set the modification time of a file but not its change time. The root itself does not count, it may be renamed.
 */
export function fingerprint(dir: string): string {
  const hash = createHash("sha256");
  for (const line of lines(dir, "")) hash.update(line);
  return hash.digest("hex");
}

// Synchronous: ten thousand calls are several times faster so.
function* lines(dir: string, path: string): Generator<string> {
  for (const name of readdirSync(dir).sort()) {
    const at = `${path}/${name}`;
    const stats = lstatSync(join(dir, name));
    yield `${at}\0${stats.mode}\0${stats.size}\0${stats.mtimeMs}\0${stats.ctimeMs}\0${stats.ino}\n`;
    if (stats.isDirectory()) yield* lines(join(dir, name), at);
  }
}
