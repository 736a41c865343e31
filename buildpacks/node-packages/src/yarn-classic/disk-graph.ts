import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import type { s } from "libcnb";
import type { Project } from "../package-manager.ts";
import { type Edge, type Scope, scopesOf } from "../yarn/scopes.ts";

/**
 * The packages that Yarn 1 installed. Packages are looked up as Node.js does, because Yarn 1 does
 * not keep a record of the installation.
 */
export interface DiskGraph {
  /**
   * Manifests by directory relative to the project: `node_modules/a`, the directory of a workspace,
   * or "" for the project.
   */
  readonly manifests: ReadonlyMap<string, s.Table>;
  readonly scopes: ReadonlyMap<string, Scope>;
  readonly edges: (folder: string) => readonly Edge[];
}

/**
 * Follows the dependencies of the app and its workspaces through the installed directories. Peer
 * dependencies are not followed, because another package provides them.
 */
export function diskGraph({ app, dirs, manifests: workspaces }: Project): DiskGraph {
  const root = realpathSync(app.path(dirs.root));
  const manifests = new Map<string, s.Table>(Object.entries(workspaces).map(([dir, { table }]) => [dir, table]));
  const known = new Map<string, readonly Edge[]>();
  const edges = (folder: string): readonly Edge[] => {
    const found = known.get(folder) ?? edgesOf(folder, { root, manifests, workspaces: Object.keys(workspaces) });
    known.set(folder, found);
    return found;
  };
  const dir = dirs.root === "" ? dirs.dir : dirs.dir.slice(dirs.root.length + 1);
  // all workspaces can use what the project itself asks for
  const isLaunched = (each: string) => dir === "" || each === "" || each === dir;
  const all = Object.keys(workspaces);
  const scopes = scopesOf(
    { launched: all.filter(isLaunched), others: all.filter((each) => !isLaunched(each)) },
    (each) => edges(each).filter(({ isPeer }) => isPeer !== true),
  );
  return { manifests, scopes, edges };
}

interface Disk {
  readonly root: string;
  /** Grows while directories are visited. */
  readonly manifests: Map<string, s.Table>;
  readonly workspaces: readonly string[];
}

function edgesOf(folder: string, disk: Disk): readonly Edge[] {
  const manifest = manifestAt(folder, disk);
  return [...wantedBy(manifest, disk.workspaces.includes(folder))].flatMap(([name, kind]) => {
    const to = resolve(name, folder, disk.root);
    return to === undefined ? [] : [{ to, isDev: false, isOptional: false, ...kind }];
  });
}

/** A later kind replaces an earlier one: what is needed and for development, too, is needed. */
function wantedBy(manifest: s.Table, isWorkspace: boolean): ReadonlyMap<string, Partial<Edge>> {
  const kinds: readonly (readonly [string, Partial<Edge>])[] = [
    ["peerDependencies", { isPeer: true }],
    ...(isWorkspace ? [["devDependencies", { isDev: true }] as const] : []),
    ["dependencies", {}],
    ["optionalDependencies", { isOptional: true }],
  ];
  return new Map(
    kinds.flatMap(([field, kind]) => Object.keys(manifest[field] ?? {}).map((name) => [name, kind] as const)),
  );
}

function manifestAt(folder: string, { root, manifests }: Disk): s.Table {
  const known = manifests.get(folder);
  if (known !== undefined) return known;
  const read = readManifest(join(root, folder, "package.json"));
  manifests.set(folder, read);
  return read;
}

function readManifest(path: string): s.Table {
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof content === "object" && content !== null ? (content as s.Table) : {};
  } catch {
    return {}; // a broken file of a package does not make the build fail
  }
}

/**
 * The directory in which Node.js finds a package; where a link lies there, what it leads to.
 *
 * @see https://nodejs.org/api/modules.html#loading-from-node_modules-directories
 */
function resolve(name: string, from: string, root: string): string | undefined {
  for (let dir = from; ; dir = dir.slice(0, Math.max(dir.lastIndexOf("/"), 0))) {
    const path = join(root, dir, "node_modules", name);
    if (existsSync(path)) return inside(relative(root, realpathSync(path)));
    if (dir === "") return undefined;
  }
}

const inside = (path: string): string | undefined => (path.startsWith("..") ? undefined : path);
