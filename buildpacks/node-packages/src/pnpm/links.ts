import { lstatSync, mkdirSync, readdirSync, realpathSync, rmdirSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, relative } from "node:path";

/** A symbolic link in a `node_modules`. */
interface Link {
  /** With the scope. */
  readonly name: string;
  /** The real path of what it leads to; `undefined` if it leads nowhere. */
  readonly target: string | undefined;
}

/** The links in a `node_modules` and in the folders of scopes there, sorted. */
export const linksIn = (modules: string): readonly Link[] =>
  entriesIn(modules).flatMap((entry) => {
    if (entry.isDirectory() && entry.name.startsWith("@"))
      return linksIn(`${modules}/${entry.name}`).map((link) => ({ ...link, name: `${entry.name}/${link.name}` }));
    return entry.isSymbolicLink() ? [{ name: entry.name, target: realPath(`${modules}/${entry.name}`) }] : [];
  });

/** Makes a relative link unless there is one that leads there. What is no link stays. */
export function setLink(path: string, target: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && (!stats.isSymbolicLink() || realPath(path) === target)) return;
  rmSync(path, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(relative(realpathSync.native(dirname(path)), target), path);
}

/** Removes what is there, and the folder of a scope with it when nothing else is in that. */
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

/** The real path; `undefined` if nothing is there. */
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
