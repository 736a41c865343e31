import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { EntryModule } from "./entry-source.ts";

interface RawMap {
  readonly version: number;
  readonly sources: readonly string[];
  readonly mappings: string;
}

/**
 * The source map of a script as the executable carries it: places of the author's files by names that are the same in any folder. Files of the
 * framework and of installed packages have no name: the stack of a bug shows where in the buildpack it is.
 */
export function authorMap(
  map: Uint8Array,
  { modules, dir }: { readonly modules: readonly EntryModule[]; readonly dir: string },
): Uint8Array {
  const { version, sources, mappings } = JSON.parse(Buffer.from(map).toString("utf8")) as RawMap;
  const roots = modules.map(({ entry }) => rootOf(entry));
  const names = sources.map((source) => shownName(resolve(dir, source), roots));
  return Buffer.from(JSON.stringify({ version, sources: names, names: [], mappings }));
}

const rootOf = (entry: string): string =>
  basename(dirname(entry)) === "src" ? dirname(dirname(entry)) : dirname(entry);

function shownName(file: string, roots: readonly string[]): string {
  if (!existsSync(file) || file.split(sep).includes("node_modules")) return "";
  const home = packageOf(dirname(file));
  if (home?.name === "libcnb") return "";
  const root = roots.find((each) => file.startsWith(each + sep));
  if (root !== undefined) return relative(root, file);
  return home === undefined ? basename(file) : `${home.name}/${relative(home.dir, file)}`;
}

/** The package that a folder belongs to: the nearest package.json above that has a name. */
function packageOf(dir: string): { readonly name: string; readonly dir: string } | undefined {
  const name = manifestName(join(dir, "package.json"));
  if (name !== undefined) return { name, dir };
  return dirname(dir) === dir ? undefined : packageOf(dirname(dir));
}

function manifestName(file: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(file, "utf8")) as { readonly name?: unknown };
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined; // none, or none that could be read
  }
}
