import type { UsedEntries } from "../cache-use.ts";
import type { CacheEntry, CacheKind } from "./entries.ts";
import type { SizedEntry } from "./sizes.ts";

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Kinds of entries whose uses are not recorded, because the framework reads them itself. Their
 * access times are used instead, which reading only updates once a day.
 */
const unnoted: readonly CacheKind[] = ["dependencies"];

/**
 * True if a running process uses an entry. Also true if no use of the entry is recorded, but a
 * running process may use it.
 */
export function isHeld({ kind, name, usedMs }: CacheEntry, { paths, sinceMs }: UsedEntries): boolean {
  if (paths.has(name)) return true;
  return unnoted.includes(kind) && sinceMs !== undefined && usedMs >= sinceMs - dayMs;
}

/** Returns the time of an entry's last use. A time in the future is treated as the current time. */
export const lastUseMs = ({ usedMs }: CacheEntry, nowMs: number): number => Math.min(usedMs, nowMs);

/** Returns the entries that have not been used for `unusedMs` milliseconds. */
export const unusedFor = <Entry extends CacheEntry>(
  entries: readonly Entry[],
  unusedMs: number,
  nowMs: number,
): Entry[] => entries.filter((entry) => lastUseMs(entry, nowMs) <= nowMs - unusedMs);

/**
 * Returns as many of the least recently used entries as necessary to free at least `bytes` in
 * total.
 */
export function oldest(entries: readonly SizedEntry[], bytes: number, nowMs: number): SizedEntry[] {
  const chosen: SizedEntry[] = [];
  let sum = 0;
  // Removing an entry with another hard link, such as a blob of a layout, frees nothing.
  const freeing = entries.filter((entry) => entry.bytes > 0);
  for (const entry of freeing.toSorted((one, other) => ageOrder(one, nowMs) - ageOrder(other, nowMs))) {
    if (sum >= bytes) break;
    chosen.push(entry);
    sum += entry.bytes;
  }
  return chosen;
}

/**
 * The sort key of an entry: its last use. Uses are recorded with a precision of a minute. A minute
 * is added for layers, so that an image is removed before its layers: removing the layers first
 * would free nothing.
 */
const ageOrder = (entry: CacheEntry, nowMs: number): number =>
  lastUseMs(entry, nowMs) + (entry.kind === "unpacked layers" ? 60_000 : 0);
