import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryName } from "../oci/files/temporary-name.ts";
import { type CacheEntry, cacheEntries } from "./entries.ts";
import { diskBytes, FreedBytes } from "./size.ts";

/** An entry of the cache with its measured size. */
export interface SizedEntry extends CacheEntry {
  readonly bytes: number;
}

/** The sizes of measured directories, by name: id and bytes. */
type Index = Readonly<Record<string, readonly [id: string, bytes: number]>>;

export interface Measuring {
  /**
   * True to measure directories with changeable content again, even if they were measured before.
   * @default false
   */
  readonly again?: boolean;
  /**
   * The time limit in milliseconds. Entries that were not measured in time have the size 0 until
   * the next measurement. @default no limit
   */
  readonly maxWaitMs?: number;
}

/**
 * Returns all entries with their sizes. A directory is measured only once, because most directories
 * never change. The build caches of apps can change. They are measured again if `again` is true.
 */
export async function sizedEntries(
  root: string,
  { again = false, maxWaitMs = Number.POSITIVE_INFINITY }: Measuring = {},
): Promise<readonly SizedEntry[]> {
  const end = performance.now() + maxWaitMs;
  const file = join(root, "sizes.json");
  const before = await readIndex(file);
  const known = new Map<string, readonly [string, number]>();
  const entries: SizedEntry[] = [];
  let isNew = false;
  for (const entry of cacheEntries(root)) {
    if (entry.bytes !== undefined) {
      entries.push({ ...entry, bytes: entry.bytes });
      continue;
    }
    const [id, old] = before.get(entry.name) ?? [];
    const isKnown = id === entry.id;
    const isStale = !isKnown || (again && entry.kind === "build caches");
    let bytes = isKnown ? old : undefined;
    if (isStale && performance.now() < end) bytes = await measure(entry);
    isNew ||= isStale;
    if (bytes !== undefined) known.set(entry.name, [entry.id, bytes]);
    entries.push({ ...entry, bytes: bytes ?? 0 });
  }
  if (isNew || known.size !== before.size) await writeIndex(file, Object.fromEntries(known));
  return entries;
}

export const sumOf = (entries: readonly SizedEntry[]): number => entries.reduce((sum, { bytes }) => sum + bytes, 0);

/** Measures entries. Files that an image shares with its layers count for the layers. */
const measure = ({ kind, path }: CacheEntry): Promise<number> =>
  kind === "unpacked layers" ? diskBytes(path) : new FreedBytes().add(path);

async function readIndex(file: string): Promise<ReadonlyMap<string, readonly [string, number]>> {
  try {
    const entries = Object.entries(JSON.parse(await readFile(file, "utf8")) as Index);
    return new Map(entries.filter(([, [id, bytes]]) => typeof id === "string" && Number.isSafeInteger(bytes)));
  } catch {
    return new Map(); // none yet, or damaged
  }
}

/**
 * Writes the index. If two processes write it, the last one wins, and missing sizes are measured
 * again.
 */
async function writeIndex(file: string, index: Index): Promise<void> {
  const temporary = temporaryName(file);
  try {
    await writeFile(temporary, JSON.stringify(index));
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }); // a full disk: measured again the next time
  }
}
