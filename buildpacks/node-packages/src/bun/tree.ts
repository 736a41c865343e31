import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { Project } from "../package-manager.ts";

/** An installed package, as found on disk. */
export interface InstalledPackage {
  /** The real path of the package's directory. */
  readonly dir: string;
  readonly name: string;
  readonly manifest: Manifest;
  /** The directories of the packages that this package depends on, by kind of dependency. */
  readonly needs: Readonly<Record<Kind, readonly string[]>>;
}

/** The kinds of dependencies in a package.json. */
export type Kind = "runtime" | "optional" | "development";

type Manifest = Readonly<Record<string, unknown>>;

/**
 * Finds all packages that the workspaces of a project use, directly or indirectly. The keys of the
 * result are the directories of the packages. Dependencies are looked up in `node_modules` as
 * Node.js does, which works for both linkers of Bun (`hoisted` and `isolated`).
 */
export function installedTree({ app, dirs, manifests }: Project): ReadonlyMap<string, InstalledPackage> {
  const top = realpathSync(app.dir);
  const tree = new Map<string, InstalledPackage>();
  const pending = Object.keys(manifests).map((dir) => join(top, inDir(dirs.root, dir)));
  const own = new Set(pending);
  for (const dir of pending) {
    if (tree.has(dir)) continue;
    const found = installedIn(dir, top, own.has(dir));
    if (found === undefined) continue;
    tree.set(dir, found);
    pending.push(...Object.values(found.needs).flat());
  }
  return tree;
}

function installedIn(dir: string, top: string, isOwn: boolean): InstalledPackage | undefined {
  const manifest = manifestIn(dir);
  if (manifest === undefined) return undefined;
  const find = (names: readonly string[]) => names.flatMap((name) => resolved(name, dir, top) ?? []);
  // only the app's own development dependencies are installed
  const needs = {
    runtime: [...find(namesIn(manifest.dependencies)), ...find(neededPeers(manifest))],
    optional: find(namesIn(manifest.optionalDependencies)),
    development: isOwn ? find(namesIn(manifest.devDependencies)) : [],
  };
  return { dir, name: typeof manifest.name === "string" ? manifest.name : "", manifest, needs };
}

/** The nearest `node_modules` with a package, as far as the app reaches. */
function resolved(name: string, from: string, top: string): string | undefined {
  for (let dir = from; dir === top || dir.startsWith(`${top}/`); dir = dirname(dir)) {
    const candidate = join(dir.endsWith("/node_modules") ? dir : join(dir, "node_modules"), name);
    if (existsSync(join(candidate, "package.json"))) return realpathSync(candidate);
  }
  return undefined;
}

function manifestIn(dir: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
  } catch {
    return undefined; // a broken file of a package does not make the build fail
  }
}

const namesIn = (dependencies: unknown): readonly string[] =>
  typeof dependencies === "object" && dependencies !== null ? Object.keys(dependencies) : [];

/**
 * Returns the names of the peer dependencies that are not optional. Optional peer dependencies,
 * such as a compiler, are often needed only for development.
 */
function neededPeers({ peerDependencies, peerDependenciesMeta: meta }: Manifest): readonly string[] {
  const optional = (meta ?? {}) as Readonly<Record<string, { readonly optional?: unknown } | undefined>>;
  return namesIn(peerDependencies).filter((name) => optional[name]?.optional !== true);
}

/**
 * Returns the packages in `from` and all their direct and indirect dependencies of the given kinds.
 */
export function reachable(
  from: readonly string[],
  tree: ReadonlyMap<string, InstalledPackage>,
  kinds: readonly Kind[],
): ReadonlySet<string> {
  const found = new Set(from);
  for (const dir of found) // grows while it is read
    for (const kind of kinds) for (const each of tree.get(dir)?.needs[kind] ?? []) found.add(each);
  return found;
}

/**
 * Returns the directories whose dependencies an image needs: the project's directory and the
 * workspace root, because every workspace can use the root's packages. If the project is the root,
 * all workspaces are returned.
 */
export function launched({ app, dirs, manifests }: Project): readonly string[] {
  const top = realpathSync(app.dir);
  if (dirs.dir === dirs.root) return Object.keys(manifests).map((dir) => join(top, inDir(dirs.root, dir)));
  return [join(top, dirs.root), join(top, dirs.dir)];
}
