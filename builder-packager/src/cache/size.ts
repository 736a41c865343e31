import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Bytes on the disk that removing some paths would free together. Unpacked images share files with the layers that they are made of, and
 * blobs with image layouts: a file counts once, when all of its names are below the paths that were added.
 */
export class FreedBytes {
  /** How many names of a file were not seen yet. */
  readonly #unseen = new Map<string, number>();

  /** What removing `path`, after all that were added before, would free. */
  async add(path: string): Promise<number> {
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined) return 0;
    if (!stats.isDirectory()) return this.#isLastName(stats) ? stats.blocks * 512 : 0;
    let bytes = stats.blocks * 512;
    for (const name of await readdir(path).catch(() => [])) bytes += await this.add(join(path, name));
    return bytes;
  }

  #isLastName({ dev, ino, nlink }: Stats): boolean {
    if (nlink === 1) return true;
    const file = `${dev}:${ino}`;
    const unseen = (this.#unseen.get(file) ?? nlink) - 1;
    this.#unseen.set(file, unseen);
    return unseen === 0;
  }
}
