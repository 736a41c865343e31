import { posix } from "node:path";
import { byName } from "../file-name.ts";
import { goGlob } from "./glob.ts";
import type { Slice } from "./launch-toml.ts";

/** Anything with a path relative to the app directory; the app directory itself is `""`. */
interface Placed {
  readonly path: string;
}

/**
 * Divides the app directory into n+1 layers for n slices (spec section 4.6). A file belongs to the first slice that matches it
 * or a directory above it; each layer repeats the directories above its files; what is left is the last layer.
 * The entries of a layer are sorted by whole path, which is not the order of a directory walk.
 */
export function sliceFiles<Entry extends Placed>(
  entries: readonly Entry[],
  slices: readonly Slice[],
): readonly (readonly Entry[])[] {
  const files = new SliceableDir(entries);
  const sliced = slices.map(({ paths }) => files.take(paths ?? []));
  return [...sliced, files.rest()].map((paths) => files.entriesOf(paths));
}

/** The state that slices share: what an earlier one took is gone for a later one. */
class SliceableDir<Entry extends Placed> {
  private readonly byPath: ReadonlyMap<string, Entry>;
  private readonly children = new Map<string, string[]>();
  private readonly taken = new Set<string>();

  constructor(entries: readonly Entry[]) {
    this.byPath = new Map(entries.map((entry) => [entry.path, entry]));
    for (const { path } of entries) {
      if (path === "") continue;
      const siblings = this.children.get(parentOf(path)) ?? [];
      siblings.push(path);
      this.children.set(parentOf(path), siblings);
    }
  }

  entriesOf(paths: readonly string[]): readonly Entry[] {
    return [...paths].sort(byName).flatMap((path) => this.byPath.get(path) ?? []);
  }

  take(patterns: readonly string[]): readonly string[] {
    const globs = patterns.map((pattern) => goGlob(cleanPath(pattern)));
    const matched = new Set<string>();
    for (const glob of globs)
      for (const path of this.byPath.keys()) if (path !== "" && glob.test(path)) this.takeTree(path, matched);
    const parents = new Set([...matched].flatMap(parentsOf).filter((path) => !matched.has(path)));
    this.takeEmptied(parents);
    return [...matched, ...parents];
  }

  rest(): readonly string[] {
    return [...this.byPath.keys()].filter((path) => !this.taken.has(path));
  }

  private takeTree(path: string, matched: Set<string>): void {
    if (this.taken.has(path)) return;
    for (const child of this.children.get(path) ?? []) this.takeTree(child, matched);
    matched.add(path);
    this.taken.add(path);
  }

  /** A directory is taken when all that is in it is, the deepest first. */
  private takeEmptied(directories: ReadonlySet<string>): void {
    const deepestFirst = [...directories].sort((one, other) => depthOf(other) - depthOf(one));
    for (const path of deepestFirst)
      if ((this.children.get(path) ?? []).every((child) => this.taken.has(child))) this.taken.add(path);
  }
}

const parentOf = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "");

const parentsOf = (path: string): readonly string[] =>
  path === "" ? [] : [parentOf(path), ...parentsOf(parentOf(path))];

const depthOf = (path: string): number => (path === "" ? 0 : path.split("/").length);

/** Go's filepath.Clean. */
function cleanPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 ? normal.replace(/\/$/, "") : normal;
}
