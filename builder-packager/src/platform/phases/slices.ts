import { posix } from "node:path";
import { setImmediate } from "node:timers/promises";
import { CnbError } from "../../errors.ts";
import { byName } from "../../files/file-name.ts";
import { limits } from "../../limits.ts";
import { type Glob, goGlob } from "../formats/glob.ts";
import type { Slice } from "../formats/launch-toml.ts";

/** Anything with a path relative to the app directory; the app directory itself is `""`. */
interface WithPath {
  readonly path: string;
}

/**
 * Divides the app directory into n+1 layers for n slices. A file belongs to the
 * first slice that matches it or a parent directory. Each layer also contains the parent
 * directories of its files. The last layer has the remaining files. The entries of a layer are
 * sorted by whole path, which is not the order of a directory walk.
 *
 * @throws CnbError BUILD_OUTPUT_INVALID if the patterns and files are too many to compare; the reason of `signal`.
 */
export async function sliceFiles<Entry extends WithPath>(
  entries: readonly Entry[],
  slices: readonly Slice[],
  signal?: AbortSignal,
): Promise<readonly (readonly Entry[])[]> {
  if (slices.length === 0) return [entries.toSorted((one, other) => byName(one.path, other.path))];
  const globs = slices.map(({ paths = [] }) => paths.map((path) => goGlob(cleanPath(path))));
  checkComparisons(globs.flat(), entries.length);
  const files = new SliceableDir(entries);
  const sliced: (readonly Entry[])[] = [];
  for (const slice of globs) sliced.push(files.entriesOf(await files.take(slice, signal)));
  return [...sliced, files.entriesOf(files.rest())];
}

/** Refuses too many comparisons: each pattern with a wildcard is compared with each file. */
function checkComparisons(globs: readonly Glob[], files: number): void {
  const patterns = globs.filter(({ literal }) => literal === undefined).length;
  if (patterns * files <= limits.sliceComparisons.most) return;
  throw new CnbError(
    "BUILD_OUTPUT_INVALID",
    `the [[slices]] of the buildpacks need more than ${limits.sliceComparisons.most} comparisons: ${patterns} patterns with wildcards for an app of ${files} files`,
    { hint: "Report this to the buildpacks' authors, who should use fewer patterns, or paths without wildcards." },
  );
}

/**
 * The number of comparisons between two yields, about 10 ms, so that signals and timers are served.
 */
const comparisonsInTurn = 20_000;

/** The files that no slice has taken yet. */
class SliceableDir<Entry extends WithPath> {
  private readonly byPath: ReadonlyMap<string, Entry>;
  private readonly children = new Map<string, string[]>();
  private readonly taken = new Set<string>();
  private compared = 0;

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

  async take(globs: readonly Glob[], signal: AbortSignal | undefined): Promise<readonly string[]> {
    const matched = new Set<string>();
    for (const glob of globs) for (const path of await this.matching(glob, signal)) this.takeTree(path, matched);
    const parents = new Set([...matched].flatMap(parentsOf).filter((path) => !matched.has(path)));
    this.takeEmptied(parents);
    return [...matched, ...parents];
  }

  rest(): readonly string[] {
    return [...this.byPath.keys()].filter((path) => !this.taken.has(path));
  }

  private async matching({ literal, test }: Glob, signal: AbortSignal | undefined): Promise<readonly string[]> {
    if (literal !== undefined) return literal !== "" && this.byPath.has(literal) ? [literal] : [];
    const matching: string[] = [];
    for (const path of this.byPath.keys()) {
      if (path !== "" && test(path)) matching.push(path);
      if (++this.compared % comparisonsInTurn > 0) continue;
      await setImmediate();
      signal?.throwIfAborted();
    }
    return matching;
  }

  private takeTree(path: string, matched: Set<string>): void {
    if (this.taken.has(path)) return;
    for (const child of this.children.get(path) ?? []) this.takeTree(child, matched);
    matched.add(path);
    this.taken.add(path);
  }

  /** Marks directories as taken whose content is taken completely, the deepest first. */
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
