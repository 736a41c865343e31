import { tableOf, textOf } from "@libcnb/app-kit/tables";
import type { Table } from "libcnb";
import { nameAndVersion } from "./dep-path.ts";
import { textsByName } from "./tables.ts";

/** A pnpm-lock.yaml, or pnpm's record of its installation, in one form for all format versions. */
export interface Lockfile {
  /** The version of the format: `9.0`. */
  readonly version: string;
  /** The app, "", and its workspaces, by folder relative to that of the lockfile. */
  readonly importers: ReadonlyMap<string, Importer>;
  /**
   * Packages by pnpm's key, which includes peers: `ms@2.1.3`, `/ms/2.1.3`,
   * `vite@5.4.14(@types/node@22.10.7)`.
   */
  readonly packages: ReadonlyMap<string, LockedPackage>;
}

/** Package keys by import name; `link:<path>` for a directory that pnpm links. */
export type Refs = ReadonlyMap<string, string>;

export interface Importer {
  readonly dependencies: Refs;
  readonly optionalDependencies: Refs;
  readonly devDependencies: Refs;
}

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly integrity?: string;
  /** A git or http address if it comes from there, without credentials. */
  readonly source?: string;
  /** A folder of the app, relative to the lockfile's, of which pnpm has made a copy. */
  readonly directory?: string;
  readonly dependencies: Refs;
  readonly optionalDependencies: Refs;
}

/** Converts a lockfile's parsed YAML to one form; invalid parts are omitted. */
export function lockfileOf(content: unknown): Lockfile {
  const lockfile = tableOf(content);
  const packages = tableOf(lockfile.packages);
  // since 9.0 what depends on peers is written elsewhere
  const snapshots = lockfile.snapshots === undefined ? packages : tableOf(lockfile.snapshots);
  const keys = new Set(Object.keys(snapshots));
  const found = [...keys].map((key) => [key, lockedPackage(key, packages, tableOf(snapshots[key]), keys)] as const);
  const importers = lockfile.importers === undefined ? { ".": lockfile } : tableOf(lockfile.importers);
  return {
    version: textOf(lockfile.lockfileVersion) ?? String(lockfile.lockfileVersion ?? ""),
    importers: new Map(
      Object.keys(tableOf(importers)).map((dir) => [dir === "." ? "" : dir, importerOf(tableOf(importers[dir]), keys)]),
    ),
    packages: new Map(found),
  };
}

const importerOf = (table: Table, keys: ReadonlySet<string>): Importer => ({
  dependencies: refsOf(table.dependencies, keys),
  optionalDependencies: refsOf(table.optionalDependencies, keys),
  devDependencies: refsOf(table.devDependencies, keys),
});

function lockedPackage(key: string, packages: Table, snapshot: Table, keys: ReadonlySet<string>): LockedPackage {
  const entry = tableOf(packages[key] ?? packages[withoutPeers(key)]);
  const resolution = tableOf(entry.resolution);
  const integrity = textOf(resolution.integrity);
  const source = sourceOf(entry, resolution, key);
  const directory = textOf(resolution.directory);
  return {
    ...nameAndVersion(key, { name: textOf(entry.name), version: textOf(entry.version) }),
    ...(integrity !== undefined && { integrity }),
    ...(source !== undefined && { source }),
    ...(directory !== undefined && { directory }),
    dependencies: refsOf(snapshot.dependencies, keys),
    optionalDependencies: refsOf(snapshot.optionalDependencies, keys),
  };
}

/** `a@1.0.0(b@2.0.0)(patch_hash=…)` → `a@1.0.0` */
const withoutPeers = (key: string): string => /^[^(]*/.exec(key)?.[0] ?? key;

/** Versions are texts, and since 6.0 tables that also have what package.json asks for. */
function refsOf(dependencies: unknown, keys: ReadonlySet<string>): Refs {
  const refs = Object.entries(textsByName(dependencies, "version")).map(([alias, ref]) => [
    alias,
    keyOf(alias, ref, keys),
  ]);
  return new Map(refs.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A reference is a version, or a whole key: of an alias, an address, a file. */
const keyOf = (alias: string, ref: string, keys: ReadonlySet<string>): string | undefined =>
  ref.startsWith("link:")
    ? ref
    : [`${alias}@${ref}`, `/${alias}@${ref}`, `/${alias}/${ref}`, ref].find((key) => keys.has(key));

/** Packages of registries have neither a name nor a version of their own in the lockfile, unless their key tells an address. */
function sourceOf(entry: Table, resolution: Table, key: string): string | undefined {
  const repo = textOf(resolution.repo);
  if (repo !== undefined) return withoutUser(`git+${repo}#${textOf(resolution.commit) ?? ""}`);
  const tarball = textOf(resolution.tarball) ?? "";
  const isByAddress = entry.version !== undefined || entry.name !== undefined || /@https?:/.test(key);
  return isByAddress && /^https?:/.test(tarball) ? withoutUser(tarball) : undefined;
}

const withoutUser = (address: string): string => address.replace(/^([a-z+]+:\/\/)[^/@]*@/, "$1");
