import { lstatSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { realPath } from "./links.ts";

/**
 * Removes the commands of packages that are missing or outside of the given directories. If
 * `undefined`, any directory is allowed.
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
 * Returns the path that one of pnpm's command scripts starts, relative to the script's directory.
 * pnpm 8 to 10 write the path in one pair of quotes, pnpm 11 in two.
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
