import { isDeepStrictEqual } from "node:util";
import type { Release } from "libcnb";
import type { s } from "libcnb/internal";
import type { InventoryEntry } from "./inventory-entries.ts";
import { entryTable, type PublishedRelease, releaseKey } from "./published-release.ts";
import { type Selection, selectReleases } from "./select-releases.ts";
import type { Constraint } from "./source-table.ts";

/**
 * Selects the releases of a dependency that is a copy of another inventory: exactly those that the
 * other inventory has. An entry that differs from that of the other inventory is replaced.
 *
 * @param published each release once
 * @param constraints the releases to copy; without any, all of them
 */
export async function selectCopies(
  existing: readonly InventoryEntry[],
  published: readonly PublishedRelease[],
  constraints: readonly Constraint[],
): Promise<Selection<Release, PublishedRelease>> {
  const wanted = await wantedCopies(published, constraints);
  const tables = new Map<string, s.Table>();
  for (const { release } of wanted) tables.set(releaseKey(release), entryTable(await release.entry()));
  const isKept = ({ release, table }: InventoryEntry) =>
    isDeepStrictEqual(tables.get(releaseKey(release)), { ...table });
  const kept = existing.filter(isKept).map(({ release }) => release);
  const known = new Set(kept.map(releaseKey));
  return {
    added: wanted.filter(({ release }) => !known.has(releaseKey(release))),
    kept,
    dropped: existing.map(({ release }) => release).filter((release) => !kept.includes(release)),
    outside: undefined,
  };
}

async function wantedCopies(published: readonly PublishedRelease[], constraints: readonly Constraint[]) {
  if (constraints.length > 0) {
    const { added } = await selectReleases([], published, constraints);
    // a copy has the end of support of the other inventory
    return added.map(({ release, constraint: { "eol-date": _, ...constraint } }) => ({ release, constraint }));
  }
  return published.map((release) => ({ release, constraint: { id: release.id, constraint: "*" } }));
}

/**
 * Joins the releases of several inventories. If several inventories have a release, the entry of the
 * first one is copied.
 */
export function joinedCopies(inventories: readonly (readonly PublishedRelease[])[]): readonly PublishedRelease[] {
  const earlier = new Set<string>();
  return inventories.flatMap((releases) => {
    const added = releases.filter((release) => !earlier.has(releaseKey(release)));
    for (const release of added) earlier.add(releaseKey(release));
    return added;
  });
}

/** Returns a release that several entries describe. */
export function repeatedRelease(published: readonly PublishedRelease[]): PublishedRelease | undefined {
  const last = new Map(published.map((release) => [releaseKey(release), release]));
  return published.find((release) => last.get(releaseKey(release)) !== release);
}
