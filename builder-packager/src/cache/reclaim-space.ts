import { CnbError } from "../errors.ts";
import { humanSize } from "../text/human-size.ts";
import { freeBytes } from "./free-space.ts";
import { removableBytes, removeOldest } from "./prune.ts";

/** The disk space that an operation needs, and the operation's name. */
export interface NeededSpace {
  /** The operation, as a phrase for errors: "unpacking the image". */
  readonly work: string;
  /**
   * The number of bytes that the operation usually needs. Entries are removed until this much is
   * free.
   */
  readonly usual: number;
  /** The minimum number of free bytes, without which the operation is refused. */
  readonly least: number;
}

/**
 * Ensures that enough space is free before an operation. If necessary, removes the least recently
 * used entries of the cache that no running process uses.
 *
 * @throws CnbError CACHE_FULL if fewer than `least` bytes would be free even then
 * @example
 * `await reclaimSpace(cacheDir(env), { work: "unpacking the image", usual: 3e9, least: 1e9 })`
 */
export async function reclaimSpace(root: string, { work, usual, least }: NeededSpace): Promise<void> {
  let free = await knownFree(root);
  if (free < usual && free + (await removableBytes(root)) < least) throw tooLittle(root, work, free, least);
  while (free < usual) {
    // A cache that cannot be pruned is full.
    const { entries } = await removeOldest(root, usual - free).catch(() => ({ entries: 0 }));
    free = await knownFree(root);
    if (entries === 0) break;
  }
  if (free < least) throw tooLittle(root, work, free, least);
}

/** The free space; infinite if it is unknown, because the next write reports the error. */
const knownFree = (root: string): Promise<number> => freeBytes(root).catch(() => Number.POSITIVE_INFINITY);

export const cacheFullHint = "Free some space, or set LIBCNB_CACHE_DIR to a directory on another disk.";

const tooLittle = (root: string, work: string, free: number, least: number): CnbError =>
  new CnbError(
    "CACHE_FULL",
    `the disk of the cache ${root} has ${humanSize(free)} of free space, but ${work} needs at least ${humanSize(least)}`,
    { hint: cacheFullHint },
  );
