import { lstatSync, type Stats } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { namesIn, onDisk } from "../files/file-name.ts";

/** Files between two turns of the event loop, so that signals are handled in large trees. */
const filesPerTurn = 2000;

/**
 * Counts the bytes on disk that the removal of several paths would free. Unpacked images share
 * files with their layers, and blobs share files with image layouts. Therefore a file is counted
 * once, and only if all of its names are below the added paths.
 */
export class FreedBytes {
  /** The number of a file's names not yet seen. */
  readonly #unseen = new Map<string, number>();

  /**
   * Adds a path, and returns the bytes that removing it frees in addition to the paths added
   * before.
   */
  add(path: string): Promise<number> {
    return sumOf(path, (stats) => (this.#isLastName(stats) ? bytesOf(stats) : 0));
  }

  #isLastName({ dev, ino, nlink }: Stats): boolean {
    if (nlink === 1) return true;
    const file = `${dev}:${ino}`;
    const unseen = (this.#unseen.get(file) ?? nlink) - 1;
    this.#unseen.set(file, unseen);
    return unseen === 0;
  }
}

/**
 * Returns the number of bytes on disk below a path, including files that have hard links elsewhere.
 */
export const diskBytes = (path: string): Promise<number> => sumOf(path, bytesOf);

/** Returns the size of one file or directory on disk, in bytes. */
export const bytesOf = ({ blocks }: Stats): number => blocks * 512;

async function sumOf(top: string, bytes: (stats: Stats) => number): Promise<number> {
  let [sum, files] = [0, 0];
  for (const pending = [top]; ; ) {
    const path = pending.pop();
    if (path === undefined) return sum;
    if (++files % filesPerTurn === 0) await nextTurn();
    const stats = statsOf(path);
    if (stats === undefined) continue;
    sum += stats.isDirectory() ? bytesOf(stats) : bytes(stats);
    if (stats.isDirectory()) for (const name of namesOf(path)) pending.push(join(path, name));
  }
}

/** Returns the stats of a path; undefined if it was removed or is nested too deeply. */
export function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(onDisk(path), { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Returns the names in a directory; empty if it is not a readable directory. */
export function namesOf(dir: string): readonly string[] {
  try {
    return namesIn(dir);
  } catch {
    return [];
  }
}
