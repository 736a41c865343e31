import type { ModuleFacts } from "../scan/module-facts.ts";
import { type Modules, moduleOf } from "../scan/modules.ts";

/** The directory and the name with which a file is imported. */
export interface ImportLocation {
  /** The directory relative to the project. Servers run there to find modules. */
  readonly dir: string;
  readonly module: string;
}

/**
 * Determines how a file is imported. A file in a package is imported as `package.module` from the
 * parent directory. If its directory is not a package, both ways may work, and the file's own
 * imports decide.
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

/** True if it imports modules beside it as if they were not in a directory. */
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
