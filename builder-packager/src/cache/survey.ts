import { type CacheKind, cacheEntries, leftovers } from "./entries.ts";
import { freeBytes } from "./free-space.ts";
import { type CacheLimit, cacheLimit, limitBytes } from "./limit.ts";
import { FreedBytes } from "./size.ts";
import { sizedEntries, sumOf } from "./sizes.ts";

/** The contents of a cache at the time of the call. Sizes are bytes on disk. */
export interface CacheSurvey {
  readonly dir: string;
  readonly kinds: readonly { readonly kind: CacheKind; readonly entries: number; readonly bytes: number }[];
  readonly sizeBytes: number;
  /** The maximum size in bytes; null for no limit. */
  readonly limitBytes: number | null;
  /** The free space of the file system in bytes. */
  readonly freeBytes: number;
}

/** Measures a whole cache. A file that several entries share is included only once. */
export async function surveyCache(dir: string, env: NodeJS.ProcessEnv): Promise<CacheSurvey> {
  const limit = cacheLimit(env);
  const counted = new FreedBytes();
  const kinds = [];
  for (const [kind, group] of Map.groupBy([...cacheEntries(dir), ...leftovers(dir)], of)) {
    let bytes = 0;
    for (const { path } of group) bytes += await counted.add(path);
    kinds.push({ kind, entries: group.length, bytes });
  }
  const sizeBytes = kinds.reduce((sum, { bytes }) => sum + bytes, 0);
  return { dir, kinds, sizeBytes, ...(await spaceOf(dir, limit, sizeBytes)) };
}

const of = ({ kind }: { readonly kind: CacheKind }): CacheKind => kind;

/**
 * Returns the size, limit and free space of a cache. The size is the sum of sizes that were
 * measured earlier.
 */
export async function cacheSpace(dir: string, env: NodeJS.ProcessEnv) {
  const limit = cacheLimit(env);
  const sizeBytes = sumOf(await sizedEntries(dir));
  return { sizeBytes, ...(await spaceOf(dir, limit, sizeBytes)) };
}

async function spaceOf(dir: string, limit: CacheLimit, size: number) {
  const free = await freeBytes(dir);
  const most = limitBytes(limit, { size, free });
  return { limitBytes: Number.isFinite(most) ? most : null, freeBytes: free };
}
