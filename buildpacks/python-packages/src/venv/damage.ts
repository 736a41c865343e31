import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Python, Venv } from "../package-manager.ts";
import { hasPackages } from "./venv.ts";

/**
 * Returns the reason why a cached environment is damaged, so that it cannot be used although the
 * inputs are equal; `undefined` if it can be used.
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
 * The first missing directory or module that an environment links to; `undefined` if none is
 * missing.
 */
export const missingLink = (sitePackages: string): string | undefined =>
  linkedFolders(sitePackages).find((path) => !existsSync(path) && !isModule(path));
/** Without the end of its name: `/app/main` is `/app/main.py`. */
const isModule = (path: string): boolean =>
  existsSync(dirname(path)) && readdirSync(dirname(path)).some((name) => name.startsWith(`${basename(path)}.`));
/**
 * The directories outside of an environment that contain its packages, from files that build
 * backends write for an editable project: the lines of `*.pth` that are not code, and the table in
 * the module that setuptools writes if one directory is not sufficient.
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

/** As Python reads them: what begins with `import` is run. */
const isPath = (line: string): boolean => line.trim() !== "" && !/^(?:#|import[ \t])/.test(line);
const mappingIn = (text: string): string => /^MAPPING\b[^=\n]*= *(\{.*\})$/m.exec(text)?.[1] ?? "";
const unescaped = ([, text = ""]: readonly string[]): string => text.replace(/\\(['\\])/g, "$1");
