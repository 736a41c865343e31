import { chmodSync, chownSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { isClosedByUs } from "../../cache-dirs.ts";

/**
 * Lets a group pass through the directories above `paths` that this process closed as root. Backends that give up being root open the
 * paths as the sandbox's user. The group can enter such a directory but not list it.
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
