import { platformKey, type ReleaseId, releaseKey } from "./published-release.ts";
import type { Constraint } from "./source-table.ts";
import { lineOf, newerFirst, rangeOf } from "./versions.ts";

/** The releases of one dependency that an inventory keeps. */
export interface Selection<Existing extends ReleaseId, Published extends ReleaseId> {
  readonly added: readonly { readonly release: Published; readonly constraint: Constraint }[];
  readonly kept: readonly Existing[];
  readonly dropped: readonly Existing[];
  /** The newest version that no constraint includes, if it is newer than every kept and added one. */
  readonly outside: string | undefined;
}

/**
 * Selects the releases of one dependency by its constraints. If the source publishes an existing
 * release again, the existing entry stays unchanged, because builds without network may have
 * exactly that file. The number of versions to keep applies to each platform separately.
 */
export async function selectReleases<Existing extends ReleaseId, Published extends ReleaseId>(
  existing: readonly Existing[],
  published: readonly Published[],
  constraints: readonly Constraint[],
): Promise<Selection<Existing, Published>> {
  const known = new Set(existing.map(releaseKey));
  const others = [...new Map(published.toReversed().map((each) => [releaseKey(each), each])).values()];
  const found = others.filter((each) => !known.has(releaseKey(each)));
  const added = new Map<string, { readonly release: Published; readonly constraint: Constraint }>();
  const kept = new Set<string>();
  const admitted = new Set<string>();
  for (const constraint of constraints) {
    const admits = (await rangeOf(constraint)) ?? (() => false);
    const all = [...existing, ...found].filter(({ version }) => admits(version));
    for (const { version } of all) admitted.add(version);
    const groups = Map.groupBy(all, (each) => `${platformKey(each)} ${lineOf(each.version, constraint.line)}`);
    for (const group of groups.values()) {
      const versions = newestOf(group, constraint.patches ?? 1);
      for (const each of group.filter(({ version }) => versions.has(version)))
        if (known.has(releaseKey(each))) kept.add(releaseKey(each));
        else if (!added.has(releaseKey(each))) added.set(releaseKey(each), { release: each as Published, constraint });
      if (constraint.patches === undefined) for (const each of group) kept.add(releaseKey(each));
    }
  }
  const result = {
    added: [...added.values()],
    kept: existing.filter((each) => kept.has(releaseKey(each))),
    dropped: existing.filter((each) => !kept.has(releaseKey(each))),
  };
  return { ...result, outside: newestOutside(found, result, admitted) };
}

const newestOf = (group: readonly ReleaseId[], count: number): ReadonlySet<string> =>
  new Set([...new Set(group.map(({ version }) => version))].toSorted(newerFirst).slice(0, count));

function newestOutside(
  found: readonly ReleaseId[],
  { added, kept }: { readonly added: readonly { readonly release: ReleaseId }[]; readonly kept: readonly ReleaseId[] },
  admitted: ReadonlySet<string>,
): string | undefined {
  const versions = [...added.map(({ release }) => release.version), ...kept.map(({ version }) => version)];
  const [top] = versions.toSorted(newerFirst);
  const [newest] = found
    .map(({ version }) => version)
    .filter((version) => !admitted.has(version))
    .toSorted(newerFirst);
  return newest !== undefined && (top === undefined || newerFirst(newest, top) < 0) ? newest : undefined;
}
