import { CnbError } from "../errors.ts";
import { humanSize } from "../human-size.ts";
import { freeBytes } from "./free-space.ts";
import { removableBytes, removeOldest } from "./prune.ts";

/** What some work takes of the disk. */
export interface NeededSpace {
  /** What it does, for the error: "unpacking the image". */
  readonly work: string;
  /** What it takes as a rule, in bytes. Entries are removed until this much is free. */
  readonly usual: number;
  /** What it takes at least, in bytes. */
  readonly least: number;
}

/**
 * Sees to free space before work begins: where there is too little, entries go that no running process uses, those first that were not
 * used for longest.
 *
 * @throws CnbError CACHE_FULL when there is not even the least.
 * @example `await makeRoom(cacheDir(env), { work: "unpacking the image", usual: 3e9, least: 1e9 })`
 */
export async function makeRoom(root: string, { work, usual, least }: NeededSpace): Promise<void> {
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

/** Whatever else is wrong with the directory is reported by what is written there next. */
const knownFree = (root: string): Promise<number> => freeBytes(root).catch(() => Number.POSITIVE_INFINITY);

export const cacheFullHint = "Free some space, or set LIBCNB_CACHE_DIR to a directory on another disk.";

const tooLittle = (root: string, work: string, free: number, least: number): CnbError =>
  new CnbError(
    "CACHE_FULL",
    `the disk of the cache ${root} has ${humanSize(free)} of free space, ${work} needs at least ${humanSize(least)}`,
    { hint: cacheFullHint },
  );
