import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import { type ModuleFacts, moduleFacts } from "./module-facts.ts";
import { smallText } from "./small-text.ts";

/** The modules of an app. Their sources are read; no code of the app runs. */
export interface Modules {
  /** Reads the facts about a file, relative to the project; `undefined` if it cannot be read. */
  file(path: string): Promise<ModuleFacts | undefined>;
  /**
   * Finds the file of a module that `from` imports by this name, such as `shop/main.py` for
   * `shop.main`; `undefined` if the app does not contain it.
   */
  find(module: string, from?: string): Promise<string | undefined>;
}

/** Returns the modules of a project, including those in `src`. Each file is read only once. */
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

async function factsOf(app: App, path: string): Promise<ModuleFacts | undefined> {
  const source = await smallText(app, path);
  return source === undefined ? undefined : moduleFacts(source);
}

/** The name by which a file is imported: `shop.main` for `shop/main.py` and `src/shop/main.py`. */
export const moduleOf = (path: string): string =>
  path
    .replace(/^src\//, "")
    .replace(/(\/__init__)?\.py$/, "")
    .replaceAll("/", ".");
