import { defined } from "@libcnb/app-kit/defined";
import { stringOf } from "@libcnb/app-kit/tables";
import type { PackageJson } from "@libcnb/node-app";
import type { Package } from "../package-manager.ts";
import { type Edge, edgesOf, type LockfileEntry, lockfileEntries } from "./lockfile.ts";

type Entries = Readonly<Record<string, LockfileEntry>>;

/**
 * Returns the packages in npm's record of an installation with their resolved dependencies,
 * including the app and its workspaces.
 *
 * @param lockfile npm's record of the installation, or any lockfile of npm
 * @param manifests the package.json files of the app ("") and of its workspaces, by directory
 */
export function packagesOf(lockfile: unknown, manifests: Readonly<Record<string, PackageJson>>): readonly Package[] {
  const entries = withManifests(lockfileEntries(lockfile), manifests);
  const found = Object.keys(entries).filter((path) => entries[path]?.link !== true && isInstalled(path, entries));
  const edges = new Map(found.map((path) => [path, edgesOf(path, entries)]));
  const byAddress = addressed([...edges.values()].flat());
  return found.map((path) => {
    const needed = (edges.get(path) ?? []).map(({ to }) => keyOf(to, entries));
    return packageAt(path, entries, [...new Set(needed)].toSorted(), byAddress.has(path));
  });
}

/** npm's record of an installation does not describe the app itself. */
function withManifests(entries: Entries, manifests: Readonly<Record<string, PackageJson>>): Entries {
  const tables = Object.entries(manifests).map(([dir, { table }]) => [dir, { ...table, ...entries[dir] }] as const);
  return { "": {}, ...entries, ...Object.fromEntries(tables) };
}

// without a version: a directory of the linked strategy; without a link to it: a workspace that was not installed
const isInstalled = (path: string, entries: Entries): boolean =>
  path === "" ||
  (path.includes("node_modules/")
    ? entries[path]?.version !== undefined
    : Object.values(entries).some(({ link, resolved }) => link === true && resolved === path));

function packageAt(path: string, entries: Entries, dependencies: readonly string[], isByAddress: boolean): Package {
  const entry = entries[path] ?? {};
  const license = stringOf(entry.license);
  const integrity = stringOf(entry.integrity);
  const source = sourceOf(stringOf(entry.resolved) ?? "", isByAddress);
  return {
    name: nameAt(path, entries),
    version: stringOf(entry.version) ?? "",
    ...roleOf(path),
    ...defined({ license, integrity }),
    scope: scopeOf(entry),
    dependencies,
    ...defined({ source }),
  };
}

const keyOf = (path: string, entries: Entries): string =>
  `${nameAt(path, entries)}@${stringOf(entries[path]?.version) ?? ""}`;

/** The name is written down only where the directory has another, as of an alias. */
function nameAt(path: string, entries: Entries): string {
  const { name } = entries[path] ?? {};
  if (typeof name === "string" && name !== "") return name;
  if (path === "") return "app";
  if (path.includes("node_modules/")) return folderName(path);
  const link = Object.keys(entries).find((each) => entries[each]?.link === true && entries[each].resolved === path);
  return folderName(link ?? path);
}

const folderName = (path: string): string => path.split("node_modules/").at(-1) ?? path;

function roleOf(path: string): Pick<Package, "role"> {
  if (path === "") return { role: "app" };
  return path.includes("node_modules/") ? {} : { role: "workspace" };
}

// `devOptional`: development needs it, or the app may do without it. It stays in the image.
function scopeOf({ dev, extraneous, optional, devOptional }: LockfileEntry): Package["scope"] {
  if (dev === true || extraneous === true) return "development";
  return optional === true || devOptional === true ? "optional" : "runtime";
}

/** Directories of packages that another package asks for by address: no registry needs to know them. */
const addressed = (edges: readonly Edge[]): ReadonlySet<string> =>
  new Set(edges.filter(({ wanted }) => /^https?:/.test(wanted)).map(({ to }) => to));

/** A git address, or that of an archive, without the name and password of a user. */
function sourceOf(resolved: string, isByAddress: boolean): string | undefined {
  if (!/^git(\+[a-z]+)?:\/\//.test(resolved) && !(isByAddress && /^https?:\/\//.test(resolved))) return undefined;
  return resolved.replace(/^([a-z+]+:\/\/)[^/@]*@/, "$1");
}
