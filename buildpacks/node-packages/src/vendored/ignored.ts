import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/**
 * The `.gitignore` that excludes a directory's `node_modules` from git: in the directory itself or
 * a parent within the app.
 */
export async function ignoredBy(app: App, dirs: readonly string[]): Promise<string | undefined> {
  for (const dir of new Set([...dirs, ""])) {
    const path = inDir(dir, ".gitignore");
    if ((await app.exists(path)) && namesModules(await app.readText(path))) return path;
  }
  return undefined;
}

/**
 * True if the file ignores `node_modules`; its last matching line takes precedence: `!node_modules`
 * includes it.
 */
export function namesModules(gitignore: string): boolean {
  const lines = gitignore.split(/\r?\n/).map((line) => line.trim());
  const last = lines.findLast((line) => /^!?(?:\/|\*\*\/)?node_modules(?:\/|\/\*{1,2})?$/.test(line));
  return last !== undefined && !last.startsWith("!");
}
