import { unlessEmpty } from "../../defined.ts";
import { visible } from "../text.ts";
import { type LayerTree, type TreeNode, typeLetters, whiteoutPrefix } from "../tree/layer-tree.ts";
import type { HiddenPath, MergedNode, MergedTree } from "../tree/merged-tree.ts";

/**
 * One layer's change of a path: the layer's position, a letter, then size, mode, owner and link
 * target. The letter is one of `-dlbcp` as in ls, `w` for a whiteout, or `o` for an opaque
 * directory.
 */
export type PageEvent = readonly (number | string)[];

/**
 * A node in the file tree of the HTML page. Its keys are short, because a page may have a hundred
 * thousand nodes.
 */
export interface PageNode {
  readonly n: string;
  /** 1 if the file is visible in a container. */
  readonly v?: 1 | undefined;
  /** The number of bytes at this path that are hidden in a container. */
  readonly h?: number | undefined;
  readonly e?: readonly PageEvent[] | undefined;
  readonly c?: readonly PageNode[] | undefined;
  /** The small files that are omitted: their number, and their bytes by layer. */
  readonly f?: readonly [number, Readonly<Record<string, number>>] | undefined;
}

/**
 * The maximal number of files. Each takes about 100 bytes, and browsers open large pages slowly.
 */
const maxFiles = 100_000;

/**
 * Combines the files of all layers into one tree. If there are too many files, small unchanged
 * files are counted but not listed.
 */
export function pageTree(trees: readonly LayerTree[], merged: MergedTree, limit = maxFiles): PageNode {
  const hidden = new Map(merged.hidden.map((each) => [each.path, each]));
  const parts = trees.map(({ root }, layer): Part => [layer, root]);
  return new PageTree(hidden, cutOf(trees, limit)).node("", "", { parts, whiteouts: [] }, merged.root);
}

/**
 * The files to omit: those smaller than `bytes`, and those of this size except for `equal` of them.
 */
interface OmissionRule {
  readonly bytes: number;
  equal: number;
}

/** Determines which files to omit, so that at most `limit` files remain, the largest ones. */
function cutOf(trees: readonly LayerTree[], limit: number): OmissionRule {
  const sizes: number[] = [];
  const collect = ({ entry, children }: TreeNode): void => {
    if (entry && !children) sizes.push(entry.size);
    for (const child of children?.values() ?? []) collect(child);
  };
  for (const { root } of trees) collect(root);
  if (sizes.length <= limit) return { bytes: -1, equal: 0 };
  const sorted = Float64Array.from(sizes).sort();
  const bytes = sorted.at(-limit) ?? 0;
  return { bytes, equal: limit - (sorted.length - sorted.lastIndexOf(bytes) - 1) };
}

type Part = readonly [layer: number, node: TreeNode];

/** The entries of all layers at one path. */
interface Location {
  readonly parts: Part[];
  readonly whiteouts: number[];
}

class PageTree {
  readonly #hidden: ReadonlyMap<string, HiddenPath>;
  readonly #cut: OmissionRule;

  constructor(hidden: ReadonlyMap<string, HiddenPath>, cut: OmissionRule) {
    this.#hidden = hidden;
    this.#cut = cut;
  }

  node(name: string, path: string, location: Location, merged: MergedNode | undefined): PageNode {
    const children: PageNode[] = [];
    const left: { files: number; bytes: Record<string, number> } = { files: 0, bytes: {} };
    for (const [each, below] of locations(location.parts)) {
      const full = `${path}/${each}`;
      const small = this.#smallFile(below, full);
      if (small === undefined) children.push(this.node(each, full, below, merged?.children?.get(each)));
      else {
        left.files += 1;
        left.bytes[small[0]] = (left.bytes[small[0]] ?? 0) + small[1];
      }
    }
    const events = eventsOf(location);
    const hidden = this.#hidden.get(path)?.bytes;
    return {
      n: visible(name.toWellFormed()),
      v: merged && 1,
      h: hidden || undefined,
      e: unlessEmpty(events),
      c: unlessEmpty(children),
      f: left.files > 0 ? [left.files, left.bytes] : undefined,
    };
  }

  /** Layer and size of a file that can be omitted: small, and in only one layer. */
  #smallFile({ parts: [part, ...others], whiteouts }: Location, path: string): readonly [number, number] | undefined {
    if (!part || others.length > 0 || whiteouts.length > 0 || this.#hidden.has(path)) return undefined;
    const [layer, { entry, children }] = part;
    if (children || entry?.type !== "file" || entry.size > this.#cut.bytes) return undefined;
    if (entry.size === this.#cut.bytes && this.#cut.equal-- > 0) return undefined;
    return [layer, entry.size];
  }
}

/** The entries of a directory in all layers, by name. */
function locations(parts: readonly Part[]): ReadonlyMap<string, Location> {
  const found = new Map<string, Location>();
  const at = (name: string): Location => {
    const location = found.get(name) ?? { parts: [], whiteouts: [] };
    found.set(name, location);
    return location;
  };
  for (const [layer, { children }] of parts) {
    for (const [name, child] of children ?? []) {
      if (name.startsWith(whiteoutPrefix)) at(name.slice(whiteoutPrefix.length)).whiteouts.push(layer);
      else at(name).parts.push([layer, child]);
    }
  }
  return found;
}

function eventsOf({ parts, whiteouts }: Location): readonly PageEvent[] {
  const removed = whiteouts.map((layer): PageEvent => [layer, "w"]);
  const said = parts.flatMap(([layer, node]): PageEvent[] => [
    ...(node.opaque ? [[layer, "o"]] : []),
    ...(node.entry ? [entryEvent(layer, node.entry)] : []),
  ]);
  // in the order of layers; a layer that removes a file and has it again removes it first
  return [...removed, ...said].sort(([a], [b]) => Number(a) - Number(b));
}

function entryEvent(layer: number, entry: NonNullable<TreeNode["entry"]>): PageEvent {
  const { type, size, mode, uid, gid, target } = entry;
  return [layer, typeLetters[type], size, mode, uid, gid, ...(target ? [visible(target.toWellFormed())] : [])];
}
