import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { App } from "libcnb";

/**
 * Does something in which build backends may note what they have built beside the code of the app, and removes those notes: the
 * environment has them too, and an app whose environment is kept would be another one than an app with a new environment.
 *
 * @param dirs folders of the projects, relative to the app
 */
export async function withoutTraces(app: App, dirs: readonly string[], act: () => Promise<void>): Promise<void> {
  const before = new Set(await notesIn(app, dirs));
  await act();
  for (const path of await notesIn(app, dirs)) if (!before.has(path)) await rm(path, { recursive: true, force: true });
}

/** They lie where the packages do: in the folder, or in one below, such as `src`. */
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
