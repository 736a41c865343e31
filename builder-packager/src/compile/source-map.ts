import { existsSync } from "node:fs";
import { basename, dirname, relative, resolve, sep } from "node:path";
import type { EntryModule } from "./entry-source.ts";
import { ownerOf } from "./owner.ts";

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
  if (!existsSync(file)) return "";
  const home = ownerOf(dirname(file));
  if (home?.isInstalled || home?.manifest.name === "libcnb") return "";
  const root = roots.find((each) => file.startsWith(each + sep));
  if (root !== undefined) return relative(root, file);
  return home === undefined ? basename(file) : `${home.manifest.name}/${relative(home.dir, file)}`;
}
