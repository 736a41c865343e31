import { defined } from "@libcnb/app-kit/defined";
import type { LockedPackage } from "../package-manager.ts";
import type { Selection } from "../project/selection.ts";
import { type MarkerValues, markerHolds } from "../requirement/marker.ts";
import type { UvDependency, UvLock, UvPackage, UvSource } from "./lockfile.ts";

/**
 * Returns the packages of a lockfile that projects need on a machine: installed packages, and
 * packages that are only for development.
 */
export async function lockedPackages(search: Search): Promise<readonly LockedPackage[]> {
  const runtime = await neededPackages(search);
  const all = await neededPackages({ ...search, selection: { ...search.selection, groups: groupsOf(search) } });
  const names = new Set([...all].map(({ name }) => name));
  const packages = [...new Set([...runtime, ...all])].map(async (each) => ({
    ...lockedPackage(each, runtime.has(each) ? "runtime" : "development", search),
    // packages that only unrequested extras name are absent
    dependencies: requirementsOf((await namedBy(each, search)).filter(({ name }) => names.has(name))),
  }));
  return Promise.all(packages);
}

/** Returns the names of all groups of the projects. */
export const groupsOf = ({ lock, roots }: Pick<Search, "lock" | "roots">): readonly string[] => [
  ...new Set([...Object.keys(lock.groups), ...roots.flatMap(({ groups }) => Object.keys(groups))]),
];

const requirementsOf = (dependencies: readonly UvDependency[]): readonly string[] =>
  [
    ...new Set(dependencies.map(({ name, extras }) => (extras.length === 0 ? name : `${name}[${extras.join()}]`))),
  ].sort();

function lockedPackage(found: UvPackage, scope: LockedPackage["scope"], search: Search): LockedPackage {
  const role = roleOf(found, search);
  const source = role === undefined ? addressOf(found.source) : undefined;
  return {
    name: found.name,
    version: found.version,
    files: found.files,
    scope,
    ...defined({ role, source }),
  };
}

function roleOf(found: UvPackage, { lock, roots }: Search): LockedPackage["role"] {
  if (roots.length === 1 && roots.includes(found)) return "app";
  return roots.includes(found) || isMember(lock, found) ? "workspace" : undefined;
}

const isMember = ({ members }: UvLock, { name, source }: UvPackage): boolean =>
  members.includes(name) && ["directory", "editable", "virtual"].includes(source.kind);

/**
 * Returns the URL of a package without credentials; `undefined` for a package from an index, or
 * from an unknown source.
 */
export function addressOf({ kind, address }: UvSource): string | undefined {
  if (kind === "registry" || kind === "unknown") return undefined;
  const known = address.replace(/^([a-z+]+:\/\/)[^/?#]*@/i, "$1");
  return kind === "git" ? `git+${gitAddress(known)}` : known;
}

/** `https://host/app?tag=v1#<commit>` as pip writes it: `https://host/app@<commit>`. */
const gitAddress = (address: string): string => {
  const [, repository = "", commit] = /^([^?#]*)(?:\?[^#]*)?(?:#(.*))?$/s.exec(address) ?? [];
  return commit === undefined ? repository : `${repository}@${commit}`;
};

/** The inputs for finding the packages in a lockfile that projects need on a machine. */
interface Search {
  readonly lock: UvLock;
  /** The projects to install. */
  readonly roots: readonly UvPackage[];
  readonly selection: Selection;
  /** The values of PEP 508 markers. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Returns the packages that projects need on a machine: the projects themselves and all their
 * dependencies, including the dependencies of groups and extras.
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
async function namedBy({ dependencies, extras, groups }: UvPackage, search: Search): Promise<readonly UvDependency[]> {
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
