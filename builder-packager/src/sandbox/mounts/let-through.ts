import { chmodSync, chownSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { isClosedByUs } from "../../cache-dirs.ts";

/**
 * Allows a group to enter, but not to list, the parent directories of `paths`. Only directories
 * that this process created as root with mode 0700 are changed. Some backends open the paths as the
 * sandbox's user, who could otherwise not enter these directories.
 */
export function letThrough(paths: readonly string[], gid: number): void {
  const above = new Set(paths.flatMap(parentsOf));
  for (const dir of [...above].filter(isClosedByUs)) {
    if (lstatSync(dir).uid !== 0) continue;
    chownSync(dir, 0, gid);
    chmodSync(dir, 0o710);
  }
}

const parentsOf = (path: string): readonly string[] =>
  dirname(path) === path ? [] : [dirname(path), ...parentsOf(dirname(path))];
