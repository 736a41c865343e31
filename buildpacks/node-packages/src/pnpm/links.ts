import { lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmdirSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";

/** A symbolic link in a `node_modules`. */
interface Link {
  /** The name with its scope. */
  readonly name: string;
  /** The real path of its target; `undefined` for a dangling link. */
  readonly target: string | undefined;
}

/** Returns the links in a `node_modules` directory and in its scope directories, sorted. */
export const linksIn = (modules: string): readonly Link[] =>
  entriesIn(modules).flatMap((entry) => {
    if (entry.isDirectory() && entry.name.startsWith("@"))
      return linksIn(`${modules}/${entry.name}`).map((link) => ({ ...link, name: `${entry.name}/${link.name}` }));
    return entry.isSymbolicLink() ? [{ name: entry.name, target: realPath(`${modules}/${entry.name}`) }] : [];
  });

/**
 * Creates a relative link. A link to another target is replaced, but any other existing file is
 * not.
 */
export function setLink(path: string, target: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && (!stats.isSymbolicLink() || realPath(path) === target)) return;
  rmSync(path, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(relative(realpathSync.native(dirname(path)), target), path);
}

/**
 * Removes a path. If the directory of its scope is empty afterwards, that directory is removed as
 * well.
 */
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

/**
 * Removes the command scripts in `binDir` whose package is missing, or is not in one of the
 * directories `owners`. If `owners` is undefined, the package may be in any directory.
 */
export function pruneBins(binDir: string, owners: Iterable<string> | undefined): void {
  const folders = owners === undefined ? undefined : [...owners];
  for (const name of namesIn(binDir)) {
    const target = commandTarget(join(binDir, name));
    if (target !== undefined && !isKept(target, folders)) rmSync(join(binDir, name));
  }
}

function isKept(target: string, folders: readonly string[] | undefined): boolean {
  const real = realPath(target);
  if (real === undefined) return false;
  return folders === undefined || folders.some((folder) => real === folder || real.startsWith(`${folder}/`));
}

/**
 * The target of a command in `.bin`, which is a link or a script of pnpm; `undefined` for anything
 * else.
 */
function commandTarget(path: string): string | undefined {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return path;
  if (!stats.isFile() || stats.size > maxScriptBytes) return undefined;
  const relative = scriptTarget(readFileSync(path, "utf8"));
  return relative === undefined ? undefined : resolve(dirname(path), relative);
}

/**
 * Returns the path of the program that one of pnpm's command scripts starts, relative to the
 * script's directory. Returns `undefined` for another script. pnpm 8 to 10 write the path in one
 * pair of quotes, pnpm 11 in two.
 */
export const scriptTarget = (script: string): string | undefined =>
  /^[ \t]*(?:exec .*)?"\$basedir(?:\/|_abs"\/')(\.\.\/[^"']+)["']/m.exec(script)?.[1];

const maxScriptBytes = 64 * 1024;

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
