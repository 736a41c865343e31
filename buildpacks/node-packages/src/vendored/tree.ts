import { lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import { tableOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";

/** A package in a `node_modules` directory of the app. */
export interface TreePackage {
  /** The package.json; empty if unreadable. */
  readonly manifest: s.Table;
  /** The target of a link into the project, relative to the project. */
  readonly link?: string;
}

/**
 * The packages in an app's `node_modules`, by directory relative to the project: `node_modules/a`,
 * `packages/web/node_modules/@b/c`.
 */
export type Tree = ReadonlyMap<string, TreePackage>;

/**
 * Reads the packages in the `node_modules` of some directories of a project, including nested ones.
 * Links are not followed.
 */
export function readTree(root: string, folders: readonly string[]): Tree {
  const tree = new Map<string, TreePackage>();
  const pending = folders.map((folder) => inDir(folder, "node_modules"));
  for (const modules of pending) // grows while it is read
    for (const path of packagesIn(root, modules)) {
      const found = packageAt(root, path);
      if (found === undefined) continue;
      tree.set(path, found);
      if (found.link === undefined) pending.push(`${path}/node_modules`);
    }
  return tree;
}

const packagesIn = (root: string, modules: string): readonly string[] =>
  namesIn(join(root, modules)).flatMap((name) => {
    const path = `${modules}/${name}`;
    return name.startsWith("@") ? namesIn(join(root, path)).map((each) => `${path}/${each}`) : [path];
  });

/** Returns the names in a directory without hidden entries such as `.bin` and `.cache`. */
function namesIn(dir: string): readonly string[] {
  if (!lstatSync(dir, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(dir).filter((name) => !name.startsWith("."));
}

function packageAt(root: string, path: string): TreePackage | undefined {
  const dir = join(root, path);
  const kind = lstatSync(dir);
  if (kind.isSymbolicLink()) return linkAt(root, dir);
  const manifest = kind.isDirectory() ? readManifest(dir) : undefined;
  return manifest && { manifest };
}

/** A link that leads out of the project, or nowhere, is none of its packages. */
function linkAt(root: string, link: string): TreePackage | undefined {
  const target = targetOf(link);
  const path = target === undefined ? ".." : relative(realpathSync(root), target);
  const manifest = path.startsWith("..") || path === "" || target === undefined ? undefined : readManifest(target);
  return manifest && { manifest, link: path };
}

function targetOf(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined; // a dangling link
  }
}

function readManifest(dir: string): s.Table | undefined {
  const file = join(dir, "package.json");
  if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
  try {
    return tableOf(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return {}; // a broken file of a package does not make the build fail
  }
}
