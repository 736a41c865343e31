import type { Selection } from "../project/selection.ts";
import { type MarkerValues, markerHolds } from "../requirement/marker.ts";
import type { UvDependency, UvLock, UvPackage } from "./lockfile.ts";

/** The inputs for finding the packages in a lockfile that projects need on a machine. */
export interface Search {
  readonly lock: UvLock;
  /** The projects to install. */
  readonly roots: readonly UvPackage[];
  readonly selection: Selection;
  /** The values of PEP 508 markers. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Returns the packages that projects need on a machine: the projects themselves, and their
 * dependencies including those of groups and extras.
 */
export async function neededPackages(search: Search): Promise<ReadonlySet<UvPackage>> {
  const asked = askedBy(search);
  const named = Map.groupBy(search.lock.packages, ({ name }) => name);
  const seen = new Set<string>();
  const found = new Set<UvPackage>(search.roots);
  const queue: UvDependency[] = startsOf(search);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const key = JSON.stringify(next);
    if (seen.has(key)) continue;
    seen.add(key);
    const needed = (await markerHolds(next.marker, asked))
      ? await locked(named.get(next.name) ?? [], next, asked)
      : undefined;
    if (needed === undefined) continue;
    found.add(needed);
    const lists = [needed.dependencies, ...next.extras.map((extra) => needed.extras[extra] ?? [])];
    for (const each of lists.flat()) queue.push(each);
  }
  return found;
}

/**
 * Returns the direct dependencies of a package, its extras and its groups on a machine, with
 * requested extras: `uvicorn[standard]`.
 */
export async function namedBy(
  { dependencies, extras, groups }: UvPackage,
  search: Search,
): Promise<readonly UvDependency[]> {
  const all = [dependencies, ...Object.values(extras), ...Object.values(groups)].flat();
  const asked = askedBy(search);
  const holding = await Promise.all(all.map(({ marker }) => markerHolds(marker, asked)));
  return all.filter((_, index) => holding[index]);
}

function startsOf({ lock, roots, selection: { groups, extras } }: Search): UvDependency[] {
  const of = (lists: UvPackage["groups"], names: readonly string[]) => names.flatMap((name) => lists[name] ?? []);
  const ofRoots = roots.map((root) => [...root.dependencies, ...of(root.extras, extras), ...of(root.groups, groups)]);
  return [...ofRoots.flat(), ...of(lock.groups, groups)];
}

/** uv writes extras or groups that exclude each other into markers, as extras of its own. */
function askedBy({ roots, selection: { groups, extras }, values }: Search): MarkerValues {
  const own = roots.flatMap(({ name }) => [
    ...extras.map((extra) => `extra-${name.length}-${name}-${extra}`),
    ...groups.map((group) => `group-${name.length}-${name}-${group}`),
  ]);
  return { values, extras: [...extras, ...own], groups };
}

async function locked(
  named: readonly UvPackage[],
  wanted: UvDependency,
  asked: MarkerValues,
): Promise<UvPackage | undefined> {
  const fitting = named.filter((each) => isMeant(each, wanted));
  for (const each of fitting) if (await isForMachine(each, asked)) return each;
  return fitting[0];
}

const isMeant = ({ version, source }: UvPackage, wanted: UvDependency): boolean =>
  (wanted.version === undefined || wanted.version === version) &&
  (wanted.source === undefined || (wanted.source.kind === source.kind && wanted.source.address === source.address));

async function isForMachine({ markers }: UvPackage, asked: MarkerValues): Promise<boolean> {
  for (const marker of markers) if (await markerHolds(marker, asked)) return true;
  return markers.length === 0;
}
