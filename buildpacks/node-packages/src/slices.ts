import type { ProjectDirs } from "@libcnb/node-app";
import type { App } from "libcnb";
import { type Entry, listTree } from "./keep/listing.ts";

/**
 * What belongs together in layers of the image, so that a change moves no more than it must: what was installed, and each
 * large folder of the app, such as pictures. Everything else is the layer that changes with each commit.
 */
export function slicesOf(app: App, dirs: ProjectDirs, installed: readonly string[]): readonly (readonly string[])[] {
  const folders = largeFolders(listTree(app.dir), [...new Set([dirs.root, dirs.dir])], installed);
  return [installed, ...folders.map((folder) => [folder])].map((paths) => paths.map(asPattern));
}

/** Folders right below others that hold more than a megabyte without what was installed; the largest first. */
export function largeFolders(
  entries: readonly Entry[],
  below: readonly string[],
  installed: readonly string[],
): readonly string[] {
  const sizes = new Map<string, number>();
  for (const entry of entries) {
    const folder = folderOf(entry.path, below);
    if (entry.kind !== "file" || folder === undefined || installed.some((path) => isIn(entry.path, path))) continue;
    sizes.set(folder, (sizes.get(folder) ?? 0) + entry.size);
  }
  const large = [...sizes].filter(([, size]) => size > largeBytes).toSorted(([, a], [, b]) => b - a);
  return large.slice(0, mostSlices).map(([folder]) => folder);
}

const largeBytes = 1_000_000;

/** An image has at most 127 layers, and other buildpacks want some. */
const mostSlices = 16;

/** The folder below the innermost of the given ones that a file is in. */
function folderOf(path: string, below: readonly string[]): string | undefined {
  const [base] = below.filter((dir) => isIn(path, dir)).toSorted((a, b) => b.length - a.length);
  if (base === undefined) return undefined;
  const [name, rest] = path.slice(base === "" ? 0 : base.length + 1).split("/", 2);
  return rest === undefined ? undefined : `${base === "" ? "" : `${base}/`}${name}`;
}

const isIn = (path: string, dir: string): boolean => dir === "" || path === dir || path.startsWith(`${dir}/`);

/** A folder's name is no pattern. */
const asPattern = (path: string): string => path.replace(/[\\*?[\]]/g, "\\$&");
