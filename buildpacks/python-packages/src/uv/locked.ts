import { defined } from "@libcnb/app-kit/defined";
import type { LockedPackage } from "../package-manager.ts";
import type { UvDependency, UvLock, UvPackage, UvSource } from "./lockfile.ts";
import { namedBy, neededPackages, type Search } from "./needed.ts";

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
    // what only extras name that nobody asked for is not there
    dependencies: requirementsOf((await namedBy(each, search)).filter(({ name }) => names.has(name))),
  }));
  return Promise.all(packages);
}

/** The names of all groups of the projects. */
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

/** The URL of a package that is not from an index, without credentials. */
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
