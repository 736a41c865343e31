import type { UsedEntries } from "../cache-use.ts";
import type { CacheEntry, CacheKind } from "./entries.ts";
import type { SizedEntry } from "./sizes.ts";

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Entries without recorded uses, because the framework reads them itself. Reading updates access
 * times that are a day old.
 */
const unnoted: readonly CacheKind[] = ["dependencies"];

/** True if a running process may use an entry. */
export function isHeld({ kind, name, usedMs }: CacheEntry, { paths, sinceMs }: UsedEntries): boolean {
  if (paths.has(name)) return true;
  return unnoted.includes(kind) && sinceMs !== undefined && usedMs >= sinceMs - dayMs;
}

/** The time of the last use; a future one counts as now. */
export const lastUseMs = ({ usedMs }: CacheEntry, nowMs: number): number => Math.min(usedMs, nowMs);

/** Entries unused for `unusedMs`. */
export const unusedFor = <Entry extends CacheEntry>(
  entries: readonly Entry[],
  unusedMs: number,
  nowMs: number,
): Entry[] => entries.filter((entry) => lastUseMs(entry, nowMs) <= nowMs - unusedMs);

/** The least recently used entries with at least `bytes` in total. */
export function oldest(entries: readonly SizedEntry[], bytes: number, nowMs: number): SizedEntry[] {
  const chosen: SizedEntry[] = [];
  let sum = 0;
  // What has another name elsewhere, such as a blob of a layout, frees nothing.
  const freeing = entries.filter((entry) => entry.bytes > 0);
  for (const entry of freeing.toSorted((one, other) => ageOrder(one, nowMs) - ageOrder(other, nowMs))) {
    if (sum >= bytes) break;
    chosen.push(entry);
    sum += entry.bytes;
  }
  return chosen;
}

/**
 * Orders entries by age. Uses are recorded per minute. An image comes before its layers, because
 * removing these first would free nothing.
 */
const ageOrder = (entry: CacheEntry, nowMs: number): number =>
  lastUseMs(entry, nowMs) + (entry.kind === "unpacked layers" ? 60_000 : 0);
