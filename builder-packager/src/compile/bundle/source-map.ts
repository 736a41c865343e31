import { existsSync } from "node:fs";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { type EntryModule, rootOf } from "./entry-source.ts";
import { decodeMappings, encodeMappings, type Segment } from "./map-segments.ts";
import { ownerOf } from "./owner.ts";

interface RawMap {
  readonly version: number;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/**
 * Creates the source map for the executable. The map contains positions in the author's files and
 * the original names of minified variables. File names do not depend on the directory. Files of the
 * framework and of installed packages are left out, so that a stack trace shows the buildpack's own
 * code.
 */
export function authorMap(
  map: Uint8Array,
  { code, modules, dir }: { readonly code: Uint8Array; readonly modules: readonly EntryModule[]; readonly dir: string },
): Uint8Array {
  const { version, sources, names, mappings } = JSON.parse(Buffer.from(map).toString("utf8")) as RawMap;
  const roots = modules.map(({ entry }) => rootOf(entry));
  const shown = numbered(sources.map((source) => shownName(resolve(dir, source), roots)));
  const used = numbered(names);
  const text = Buffer.from(code).toString("latin1").split("\n");
  const lines = decodeMappings(mappings)
    .map((segments, line) => withCallees(segments, text[line] ?? ""))
    .map((segments) => ofAuthor(segments, shown.numberOf, used.numberOf));
  // Node.js 24 gives the text's last segment the place of the one before if it has none of its own.
  const mappingsOfAuthor = `${encodeMappings(lines)};`;
  const content = { version, sources: shown.values(), names: used.values(), mappings: mappingsOfAuthor };
  return Buffer.from(JSON.stringify(content));
}

/** Renumbers the values that are used. An empty value has no number. */
function numbered(given: readonly string[]) {
  const numbers = new Map<string, number>();
  const numberOf = (index: number | undefined): number | undefined => {
    const value = index === undefined ? "" : (given[index] ?? "");
    if (value === "") return undefined;
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return number;
  };
  return { numberOf, values: (): readonly string[] => [...numbers.keys()] };
}

/**
 * Copies the name of a called function to the `await` or `new` in front of it, which is the
 * position that V8 reports for the call.
 */
function withCallees(segments: readonly Segment[], text: string): readonly Segment[] {
  const names = new Map(segments.map(({ column, origin }) => [column, origin?.name]));
  return segments.map(({ column, origin }) => {
    const call = /(await |new )[\w$]+\(/y;
    call.lastIndex = column;
    const [, keyword] = call.exec(text) ?? [];
    if (origin === undefined || keyword === undefined) return { column, origin };
    return { column, origin: { ...origin, name: names.get(column + keyword.length) } };
  });
}

type NumberOf = (index: number | undefined) => number | undefined;

/**
 * Removes the origins of files that are not the author's. Several such segments in a row become
 * one.
 */
function ofAuthor(segments: readonly Segment[], sourceOf: NumberOf, nameOf: NumberOf): readonly Segment[] {
  const kept: Segment[] = [];
  for (const { column, origin } of segments) {
    const source = sourceOf(origin?.source);
    if (origin !== undefined && source !== undefined)
      kept.push({ column, origin: { ...origin, source, name: nameOf(origin.name) } });
    else if (kept.length === 0 || kept.at(-1)?.origin !== undefined) kept.push({ column });
  }
  return kept;
}

function shownName(file: string, roots: readonly string[]): string {
  if (!existsSync(file)) return "";
  const home = ownerOf(dirname(file));
  if (home?.isInstalled || home?.manifest.name === "libcnb") return "";
  const root = roots.find((each) => file.startsWith(each + sep));
  if (root !== undefined) return relative(root, file);
  return home === undefined ? basename(file) : `${home.manifest.name}/${relative(home.dir, file)}`;
}
