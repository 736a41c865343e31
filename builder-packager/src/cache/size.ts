import { lstatSync, type Stats } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { namesIn, onDisk } from "../file-name.ts";

/** Files between two turns of the event loop, so that signals are heeded in large trees. */
const filesPerTurn = 2000;

/**
 * Bytes on the disk that removing some paths would free together. Unpacked images share files with the layers that they are made of, and
 * blobs with image layouts: a file counts once, when all of its names are below the paths that were added.
 */
export class FreedBytes {
  /** How many names of a file were not seen yet. */
  readonly #unseen = new Map<string, number>();

  /** What removing `path`, after all that were added before, would free. */
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

/** Bytes on the disk of all that is below a path, whatever other names it has. */
export const diskBytes = (path: string): Promise<number> => sumOf(path, bytesOf);

/** Bytes on the disk of one file or directory. */
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

/** Undefined for what was removed meanwhile, or is nested too deeply to be named. */
export function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(onDisk(path), { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** None where it is no directory, or nobody may look. */
export function namesOf(dir: string): readonly string[] {
  try {
    return namesIn(dir);
  } catch {
    return [];
  }
}
