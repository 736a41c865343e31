import { lstatSync, mkdirSync, readdirSync, realpathSync, rmdirSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, relative } from "node:path";

/** A symbolic link in a `node_modules`. */
interface Link {
  /** The name with its scope. */
  readonly name: string;
  /** The real path of its target; `undefined` for a dangling link. */
  readonly target: string | undefined;
}

/** The links in a `node_modules` directory and in its scope directories, sorted. */
export const linksIn = (modules: string): readonly Link[] =>
  entriesIn(modules).flatMap((entry) => {
    if (entry.isDirectory() && entry.name.startsWith("@"))
      return linksIn(`${modules}/${entry.name}`).map((link) => ({ ...link, name: `${entry.name}/${link.name}` }));
    return entry.isSymbolicLink() ? [{ name: entry.name, target: realPath(`${modules}/${entry.name}`) }] : [];
  });

/** Creates a relative link, unless the same link exists. Other files are not replaced. */
export function setLink(path: string, target: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && (!stats.isSymbolicLink() || realPath(path) === target)) return;
  rmSync(path, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(relative(realpathSync.native(dirname(path)), target), path);
}

/** Removes a path, and the directory of its scope if that is empty afterwards. */
export function remove(path: string, { onlyEmpty = false } = {}): void {
  if (onlyEmpty) removeEmpty(path);
  else rmSync(path, { recursive: true, force: true });
  if (basename(dirname(path)).startsWith("@")) removeEmpty(dirname(path));
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // it is not empty, or not there
  }
}

/** Returns the real path; `undefined` if the path does not exist. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

const entriesIn = (dir: string) => {
  try {
    return readdirSync(dir, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
};
