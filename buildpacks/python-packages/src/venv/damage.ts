import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Python, Venv } from "../package-manager.ts";
import { hasPackages } from "./venv.ts";

/**
 * Returns the reason why a cached environment cannot be used although the inputs are equal, because
 * it is damaged. Returns `undefined` if it can be used.
 */
export function damageOf({ dir, python: link, sitePackages }: Venv, python: Python): string | undefined {
  if (!existsSync(sitePackages) || !existsSync(join(dir, "pyvenv.cfg")) || !hasPackages(dir))
    return "the cached environment is damaged";
  if (!existsSync(link) || realpathSync(link) !== realpathSync(python.path))
    return "the cached environment is for another Python";
  const missing = missingLink(sitePackages);
  return missing && `the cached environment points to ${missing}, which no longer exists`;
}

/**
 * Returns the first path that an environment refers to and that does not exist. Returns `undefined`
 * if all directories and Python modules that the environment refers to exist.
 */
export const missingLink = (sitePackages: string): string | undefined =>
  linkedFolders(sitePackages).find((path) => !existsSync(path) && !isModule(path));
/**
 * Returns true if a path without a suffix names a Python module: `/app/main` names `/app/main.py`.
 */
const isModule = (path: string): boolean =>
  existsSync(dirname(path)) && readdirSync(dirname(path)).some((name) => name.startsWith(`${basename(path)}.`));
/**
 * Returns the paths outside of an environment that contain packages of the environment. Build
 * backends write these paths for an editable project. The paths are in lines of `*.pth` files that
 * are not code. If one directory is not sufficient, setuptools writes them to a table in an
 * `__editable__` module.
 */
export const linkedFolders = (sitePackages: string): readonly string[] =>
  readdirSync(sitePackages).flatMap((name) => {
    const read = readers.find(([pattern]) => pattern.test(name))?.[1];
    if (read === undefined) return [];
    return read(readFileSync(join(sitePackages, name), "utf8")).map((path) => resolve(sitePackages, path));
  });
type Reader = (text: string) => readonly string[];
const readers: readonly (readonly [RegExp, Reader])[] = [
  [/\.pth$/, (text) => text.split(/\r?\n/).filter(isPath)],
  [/^__editable__.*_finder\.py$/, (text) => [...mappingIn(text).matchAll(/: '((?:[^'\\]|\\.)*)'/g)].map(unescaped)],
];

/**
 * Returns true if Python reads a line of a `*.pth` file as a path: it runs lines that begin with
 * `import`.
 */
const isPath = (line: string): boolean => line.trim() !== "" && !/^(?:#|import[ \t])/.test(line);
const mappingIn = (text: string): string => /^MAPPING\b[^=\n]*= *(\{.*\})$/m.exec(text)?.[1] ?? "";
const unescaped = ([, text = ""]: readonly string[]): string => text.replace(/\\(['\\])/g, "$1");
