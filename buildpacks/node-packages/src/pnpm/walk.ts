import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tableOf, textOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";
import { realPath } from "./links.ts";
import type { Importer, LockedPackage, Lockfile, Refs } from "./lockfile.ts";

/** A directory in which pnpm installed the packages of a lockfile. */
export interface Installation {
  /** The absolute path of the directory, in which links are resolved. */
  readonly root: string;
  readonly lockfile: Lockfile;
}

/** An installed package at one path, with the paths of its dependencies. */
export interface DependencyPath {
  readonly package: LockedPackage;
  /**
   * The real paths of the package's dependencies by import name. They are installed packages or
   * linked directories.
   */
  readonly needs: ReadonlyMap<string, string>;
}

/** Everything that is reachable from certain directories of a project. */
export interface ReachableTree {
  /** Packages by real path. */
  readonly locations: ReadonlyMap<string, DependencyPath>;
  /** Projects by real path, with their dependencies. */
  readonly projects: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** The kinds of dependencies that are followed. */
interface Following {
  readonly development: boolean;
  readonly optional: boolean;
}

interface Walk {
  readonly following: Following;
  readonly importers: ReadonlyMap<string, { readonly importer: Importer; readonly installation: Installation }>;
  readonly locations: Map<string, DependencyPath>;
  readonly projects: Map<string, ReadonlyMap<string, string>>;
}

/**
 * Follows the dependencies of projects through the installed files. A package of the lockfile that
 * is not installed, such as one for another system, is skipped.
 *
 * @param starts real paths of projects
 */
export function walk(
  installations: readonly Installation[],
  starts: readonly string[],
  following: Following,
): ReachableTree {
  const importers = new Map(installations.flatMap(importersOf));
  const state: Walk = { following, importers, locations: new Map(), projects: new Map() };
  for (const start of starts) visitProject(start, state);
  return state;
}

/** Finds the projects of an installation by real path. Missing projects are omitted. */
export const importersOf = (installation: Installation) =>
  [...installation.lockfile.importers].flatMap(([dir, importer]) => {
    const path = realPath(join(installation.root, dir));
    return path !== undefined && isWithin(installation.root, path) ? [[path, { importer, installation }] as const] : [];
  });

function visitProject(path: string, state: Walk): void {
  const found = state.importers.get(path);
  if (found === undefined || state.projects.has(path)) return;
  const { dependencies, optionalDependencies, devDependencies } = found.importer;
  const refs = [
    ...dependencies,
    ...(state.following.optional ? optionalDependencies : []),
    ...(state.following.development ? devDependencies : []),
  ];
  const needs = new Map<string, string>();
  state.projects.set(path, needs);
  visitAll(new Map(refs), { from: path, needs, installation: found.installation, state });
}

interface Visit {
  readonly from: string;
  readonly needs: Map<string, string>;
  readonly installation: Installation;
  readonly state: Walk;
}

function visitAll(refs: Refs, visit: Visit): void {
  const { from, needs, installation, state } = visit;
  for (const [alias, key] of refs) {
    const locked = installation.lockfile.packages.get(key);
    const path = find(from, alias, installation.root, locked?.version ?? "");
    // a package lies where pnpm works: what a link leads to elsewhere is not ours to list or to remove
    if (path === undefined || (locked !== undefined && !isWithin(installation.root, path))) continue;
    needs.set(alias, path);
    if (locked === undefined) visitProject(path, state);
    else visitPackage(path, locked, visit);
  }
}

function visitPackage(path: string, locked: LockedPackage, { installation, state }: Visit): void {
  if (state.locations.has(path)) return;
  const needs = new Map<string, string>();
  state.locations.set(path, { package: locked, needs });
  const refs = [...locked.dependencies, ...(state.following.optional ? locked.optionalDependencies : [])];
  visitAll(new Map(refs), { from: path, needs, installation, state });
}

/** The real path of what `import` of a name gives in a directory, without links that are there for undeclared dependencies. */
function find(from: string, alias: string, root: string, version: string): string | undefined {
  const store = /^(.*\/node_modules\/\.pnpm\/[^/]+\/node_modules)\//.exec(from)?.[1];
  if (store !== undefined) return realPath(join(store, alias));
  for (let dir = from; isWithin(root, dir); dir = dirname(dir)) {
    const path = join(dir, "node_modules", alias);
    // further up may lie another version, where the right one is for another system and was not installed
    if (existsSync(path)) return dir === from || isVersion(path, version) ? realPath(path) : undefined;
  }
  return undefined;
}

const isVersion = (path: string, version: string): boolean =>
  version === "" || plainVersion(versionIn(path) ?? "") === plainVersion(version);

/** Returns the version in the form of lockfiles: for `v1.0.0+build`, `1.0.0`. */
const plainVersion = (version: string): string => version.replace(/^[v=\s]+|\+.*$/gs, "");

const isWithin = (root: string, path: string): boolean => path === root || path.startsWith(`${root}/`);

/**
 * Reads the package.json of an installed package. Returns an empty table if the file is missing or
 * unreadable.
 */
export function manifestIn(dir: string): s.Table {
  try {
    return tableOf(JSON.parse(readFileSync(join(dir, "package.json"), "utf8")));
  } catch {
    return {};
  }
}

const versionIn = (dir: string): string | undefined => textOf(manifestIn(dir).version);
