import { defined } from "@libcnb/app-kit/defined";
import { tableOf, textOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";

/**
 * The content of a pnpm-lock.yaml, or of pnpm's record of its installation, in the same form for
 * all format versions.
 */
export interface Lockfile {
  /** The version of the format: `9.0`. */
  readonly version: string;
  /** The app ("") and its workspaces, by directory relative to that of the lockfile. */
  readonly importers: ReadonlyMap<string, Importer>;
  /**
   * Packages by pnpm's key, which includes peers: `ms@2.1.3`, `/ms/2.1.3`,
   * `vite@5.4.14(@types/node@22.10.7)`.
   */
  readonly packages: ReadonlyMap<string, LockedPackage>;
}

/**
 * The keys of packages, by the name with which they are imported. The key `link:<path>` refers to a
 * directory that pnpm links.
 */
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
  /**
   * The git or http URL that the package comes from, without credentials; absent for a registry.
   */
  readonly source?: string;
  /** The directory of the app that pnpm has copied, relative to the lockfile's directory. */
  readonly directory?: string;
  readonly dependencies: Refs;
  readonly optionalDependencies: Refs;
}

/**
 * Converts the parsed YAML of a lockfile to one form for all versions. Invalid parts are omitted.
 */
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

const importerOf = (table: s.Table, keys: ReadonlySet<string>): Importer => ({
  dependencies: refsOf(table.dependencies, keys),
  optionalDependencies: refsOf(table.optionalDependencies, keys),
  devDependencies: refsOf(table.devDependencies, keys),
});

function lockedPackage(key: string, packages: s.Table, snapshot: s.Table, keys: ReadonlySet<string>): LockedPackage {
  const entry = tableOf(packages[key] ?? packages[withoutPeers(key)]);
  const resolution = tableOf(entry.resolution);
  const integrity = textOf(resolution.integrity);
  const source = sourceOf(entry, resolution, key);
  const directory = textOf(resolution.directory);
  return {
    ...nameAndVersion(key, { name: textOf(entry.name), version: textOf(entry.version) }),
    ...defined({ integrity, source, directory }),
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

/**
 * Returns the address of a package from Git or a URL. An entry for a package from a registry
 * contains neither a name nor a version, and its key contains no URL.
 */
function sourceOf(entry: s.Table, resolution: s.Table, key: string): string | undefined {
  const repo = textOf(resolution.repo);
  if (repo !== undefined) return withoutUser(`git+${repo}#${textOf(resolution.commit) ?? ""}`);
  const tarball = textOf(resolution.tarball) ?? "";
  const isByAddress = entry.version !== undefined || entry.name !== undefined || /@https?:/.test(key);
  return isByAddress && /^https?:/.test(tarball) ? withoutUser(tarball) : undefined;
}

const withoutUser = (address: string): string => address.replace(/^([a-z+]+:\/\/)[^/@]*@/, "$1");

interface KnownPackage {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/**
 * The forms of keys in pnpm's lockfiles. The first form that matches contains the name and the
 * version, so their order matters.
 */
const forms: readonly RegExp[] = [
  /^\/?((?:@[^/@]+\/)?[^/@]+)@([^(]+)/, // 9.0: ms@2.1.3(…)   6.0: /ms@2.1.3(…)
  /^\/((?:@[^/]+\/)?[^/]+)\/([^/_]+)/, // 5.x: /ms/2.1.3_…
  /^[^/]+\/((?:@[^/@]+\/)?[^/@]+)@([^(]+)/, // 6.0, another registry: example.com/ms@2.1.3
  /^[^/]+\/((?:@[^/]+\/)?[^/]+)\/([^/_]+)$/, // 5.x, another registry: example.com/ms/2.1.3
];

/**
 * Returns the name and version of a package from the lockfile's fields, or else from the package's
 * key. The version is empty if the key contains a URL instead.
 */
export function nameAndVersion(key: string, { name, version }: KnownPackage): { name: string; version: string } {
  const found = forms.map((form) => form.exec(key)).find((match) => match !== null);
  const reported = found?.[2] ?? "";
  // a URL is not a version: `is-odd@https://…`, `lib@file:packages/lib`
  return { name: name ?? found?.[1] ?? key, version: version ?? (/^[a-z+]+:/.test(reported) ? "" : reported) };
}

/**
 * The strings of a table by name. For a value that is itself a table, the string in its `field`.
 */
const textsByName = (value: unknown, field: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tableOf(value)).flatMap(([name, each]) => {
      const text = textOf(each) ?? textOf(tableOf(each)[field]) ?? numberText(each);
      return text === undefined ? [] : [[name, text]];
    }),
  );
// lockfiles before 6.0 write versions without quotes; `1` and `1.0` would be numbers, but no version has less than two dots
const numberText = (value: unknown): string | undefined => (typeof value === "number" ? String(value) : undefined);
