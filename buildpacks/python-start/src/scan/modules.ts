import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import { type ModuleFacts, moduleFacts } from "./module-facts.ts";
import { smallText } from "./small-text.ts";

/** The modules of an app. Only their sources are read, and no code of the app runs. */
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

/**
 * Returns the name by which a file is imported: `shop.main` for `shop/main.py` and
 * `src/shop/main.py`.
 */
export const moduleOf = (path: string): string =>
  path
    .replace(/^src\//, "")
    .replace(/(\/__init__)?\.py$/, "")
    .replaceAll("/", ".");

/** The directory and the name with which a file is imported. */
interface ImportLocation {
  /** The directory relative to the project. Servers run there to find modules. */
  readonly dir: string;
  readonly module: string;
}

/**
 * Determines how a file is imported. A file in a package is imported as `package.module` from the
 * parent directory. If the file's directory is not a package, both ways may work, and the imports
 * in the file decide.
 */
export async function importLocation(file: string, modules: Modules, isInstalled: boolean): Promise<ImportLocation> {
  const folder = file.slice(0, Math.max(0, file.lastIndexOf("/")));
  const facts = await modules.file(file);
  if (folder === "" || facts === undefined) return { dir: "", module: moduleOf(file) };
  const top = folder.split("/")[0] ?? "";
  const isPackage = (await modules.file(`${folder}/__init__.py`)) !== undefined;
  const imports = facts.imports;
  const takesFrom = (name: string) => imports.some((each) => each === name || each.startsWith(`${name}.`));
  if (takesFrom(top)) return { dir: "", module: namedFrom("", file) };
  if (
    !isPackage &&
    !imports.some((each) => each.startsWith(".")) &&
    (folder === "src" || (await takesSiblings(folder, facts, modules)))
  )
    return { dir: folder, module: namedFrom(folder, file) };
  const isLaidOutInSrc = top === "src" && folder !== "src";
  return isLaidOutInSrc && !isInstalled
    ? { dir: "src", module: moduleOf(file) }
    : { dir: "", module: isLaidOutInSrc ? moduleOf(file) : namedFrom("", file) };
}

/** True if it imports modules in the same directory as top-level modules. */
async function takesSiblings(folder: string, { imports }: ModuleFacts, { file }: Modules): Promise<boolean> {
  const names = [...new Set(imports.map((each) => each.split(".")[0] ?? ""))].filter((name) => name !== "");
  const found = await Promise.all(
    names.map(
      async (name) => (await file(`${folder}/${name}.py`)) !== undefined && (await file(`${name}.py`)) === undefined,
    ),
  );
  return found.includes(true);
}

const namedFrom = (dir: string, file: string): string =>
  (dir === "" ? file : file.slice(dir.length + 1)).replace(/(\/__init__)?\.py$/, "").replaceAll("/", ".");
