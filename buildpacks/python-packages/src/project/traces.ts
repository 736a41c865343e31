import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { App } from "libcnb";

/**
 * Runs a function during which build backends may write files next to the app's code, and then
 * removes these files. The environment has its own copies of them. If the files remained, the app
 * would only find them in builds that do not reuse a cached environment.
 *
 * @param dirs directories of the projects that the environment links to, relative to the app.
 * Metadata is removed, but compiled files are kept, because the environment needs them there
 * @param copied directories that are copied into the environment. All new files in them are removed
 */
export async function withoutTraces(
  app: App,
  dirs: readonly string[],
  act: () => Promise<void>,
  copied: readonly string[] = [],
): Promise<void> {
  const found = async () => [...(await notesIn(app, dirs)), ...(await filesIn(app, copied, dirs))];
  const before = new Set(await found());
  await act();
  for (const path of await found()) if (!before.has(path)) await rm(path, { recursive: true, force: true });
}

/** All that is in some directories, but not in others below these. */
async function filesIn(app: App, dirs: readonly string[], others: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const dir of dirs.map((each) => app.path(each))) {
    const left = others.map((each) => app.path(each)).filter((each) => each !== dir && isIn(each, dir));
    for (const name of await readdir(dir, { recursive: true }).catch(() => []))
      if (!left.some((each) => isIn(join(dir, name), each))) found.push(join(dir, name));
  }
  return found;
}

const isIn = (path: string, dir: string): boolean => path === dir || path.startsWith(`${dir}/`);

/** They lie where the packages do: in the directory, or in one below, such as `src`. */
async function notesIn(app: App, dirs: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const dir of dirs.map((each) => app.path(each))) {
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
    const folders = entries.filter((each) => each.isDirectory() && !skipped.test(each.name));
    for (const folder of [dir, ...folders.map(({ name }) => join(dir, name))])
      for (const name of await readdir(folder).catch(() => [])) if (isNote(name)) found.push(join(folder, name));
  }
  return found;
}

// the first is of setuptools, the second of PDM's backend
const isNote = (name: string): boolean => name.endsWith(".egg-info") || name === ".pdm-build";

const skipped = /^(?:\.|node_modules$|venv$)|\.egg-info$/;
