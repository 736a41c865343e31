import { lstat } from "node:fs/promises";
import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import { type ModuleFacts, moduleFacts } from "./module-facts.ts";

/** Modules of an app, read from their sources: nothing of the app runs. */
export interface Modules {
  /** The facts of a file, relative to the project; `undefined` if it cannot be read. */
  file(path: string): Promise<ModuleFacts | undefined>;
  /** The file of a module that `from` imports by such a name, as `shop/main.py` is by `shop.main`; `undefined`: the app has none. */
  find(module: string, from?: string): Promise<string | undefined>;
}

// No module of this size is written by hand.
const largest = 512 * 1024;

/** The modules of a project, those in `src` included. Each file is read once. */
export function modulesOf(app: App, dir: string): Modules {
  const read = new Map<string, Promise<ModuleFacts | undefined>>();
  const file = (path: string) => {
    const known = read.get(path) ?? factsOf(app, inDir(dir, path));
    read.set(path, known);
    return known;
  };
  const find = async (module: string, from = "") => {
    if (!/^\w+(\.\w+)*$/.test(module)) return undefined;
    const path = module.replaceAll(".", "/");
    for (const root of ["", "src/", from.replace(/[^/]*$/, "")])
      for (const name of [`${root}${path}.py`, `${root}${path}/__init__.py`])
        if ((await file(name)) !== undefined) return name;
    return undefined;
  };
  return { file, find };
}

/** Of files of the app alone: a link may lead to anything, and a pipe has no end. */
async function factsOf(app: App, path: string): Promise<ModuleFacts | undefined> {
  try {
    const { size } = await lstat(app.path(path)).then((stats) => (stats.isFile() ? stats : { size: Number.NaN }));
    return size <= largest ? moduleFacts(await app.readText(path)) : undefined;
  } catch {
    return undefined; // there is no such file, or it is no text: then it is no module
  }
}

/** The name by which a file is imported: `shop.main` for `shop/main.py` and `src/shop/main.py`. */
export const moduleOf = (path: string): string =>
  path
    .replace(/^src\//, "")
    .replace(/(\/__init__)?\.py$/, "")
    .replaceAll("/", ".");
