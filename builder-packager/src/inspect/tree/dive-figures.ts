import { type LayerTree, type TreeNode, whiteoutPrefix } from "./layer-tree.ts";

/** The figures of dive (https://github.com/wagoodman/dive, version 0.13), calculated as by dive. */
export interface DiveFigures {
  /** The image efficiency that dive computes, from 0 to 1. */
  readonly efficiency: number;
  /** The bytes of all paths that are in more than one layer, including the visible copy. */
  readonly wastedBytes: number;
  /** `wastedBytes` divided by the bytes of all layers except the first. */
  readonly userWastedRatio: number;
  /** `wastedBytes` without the smallest copy of each path. */
  readonly beyondSmallestBytes: number;
  readonly paths: readonly DivePath[];
}

/** A path that dive lists as inefficient, because several layers contain it. */
export interface DivePath {
  readonly path: string;
  /** The number of layers that contain the path. */
  readonly count: number;
  readonly bytes: number;
}

interface PathFigures {
  count: number;
  bytes: number;
  /** The smallest size; -1 while none is known, which dive adds like any other size. */
  smallest: number;
}

/**
 * Computes the same figures as dive for these layers, including dive's peculiarities. Only entries
 * without children in their layer are counted. A file's whiteout has 0 bytes, and a directory's
 * whiteout has the bytes of the directory's content. After a whiteout of a missing path, dive omits
 * the rest of the layer, and the sum of the smallest copies is one byte too small.
 */
export function diveFigures(trees: readonly LayerTree[]): DiveFigures {
  const seen = new Map<string, PathFigures>();
  const lower = new Stack(trees.some(({ root }) => hasWhiteout(root)));
  trees.forEach(({ root }, at) => {
    // dive looks for what the first layer removes in that layer itself
    if (at === 0) lower.copy(root);
    visit(root, "", (path, node, isWhiteout) => {
      const bytes = isWhiteout ? lower.removedBytes(path) : (node.entry?.size ?? 0);
      note(seen, path, bytes);
      return bytes !== undefined;
    });
    lower.add(root);
  });
  return figuresOf(
    seen,
    trees.slice(1).reduce((sum, { fileBytes }) => sum + fileBytes, 0),
  );
}

function note(seen: Map<string, PathFigures>, path: string, bytes: number | undefined): void {
  const known = seen.get(path) ?? { count: 0, bytes: 0, smallest: -1 };
  seen.set(path, known);
  if (bytes === undefined) return;
  known.count += 1;
  known.bytes += bytes;
  known.smallest = known.smallest < 0 ? bytes : Math.min(known.smallest, bytes);
}

function figuresOf(seen: ReadonlyMap<string, PathFigures>, userBytes: number): DiveFigures {
  let [all, smallest, wastedBytes, beyondSmallestBytes] = [0, 0, 0, 0];
  const paths: DivePath[] = [];
  for (const [path, { count, bytes, smallest: least }] of seen) {
    all += bytes;
    smallest += least;
    if (count < 2) continue;
    wastedBytes += bytes;
    beyondSmallestBytes += bytes - least;
    paths.push({ path, count, bytes });
  }
  paths.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
  const efficiency = all === 0 ? 1 : smallest / all;
  return { efficiency, wastedBytes, userWastedRatio: wastedBytes / userBytes, beyondSmallestBytes, paths };
}

const hasWhiteout = ({ children }: TreeNode): boolean =>
  [...(children ?? [])].some(([name, child]) => name.startsWith(whiteoutPrefix) || hasWhiteout(child));

/** Compares strings by their UTF-8 bytes, as Go does. This is the order of code points. */
export const byBytes = (a: string, b: string): number => (a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)));

const sorted = (children: ReadonlyMap<string, TreeNode> | undefined): (readonly [string, TreeNode])[] =>
  [...(children ?? [])].sort(([a], [b]) => byBytes(a, b));

type Visitor = (path: string, node: TreeNode, isWhiteout: boolean) => boolean;

/** Visits entries without children, the deepest first, until the visitor returns false. */
function visit(node: TreeNode, above: string, visitor: Visitor): boolean {
  for (const [name, child] of sorted(node.children)) {
    if (child.children?.size) {
      if (!visit(child, `${above}/${name}`, visitor)) return false;
      continue;
    }
    const isWhiteout = name.startsWith(whiteoutPrefix);
    if (!visitor(`${above}/${isWhiteout ? name.slice(whiteoutPrefix.length) : name}`, child, isWhiteout)) return false;
  }
  return true;
}

interface StackNode {
  bytes: number;
  isDirectory: boolean;
  children: Map<string, StackNode>;
}

const nothing = (): StackNode => ({ bytes: 0, isDirectory: false, children: new Map() });

/** The layers so far, stacked as by dive. It is only needed for whiteouts. */
class Stack {
  readonly #root = nothing();
  readonly #needed: boolean;

  constructor(needed: boolean) {
    this.#needed = needed;
  }

  /** Adds a layer unchanged, including whiteouts. */
  copy(root: TreeNode): void {
    if (this.#needed) this.#graft(this.#root, root, false);
  }

  add(root: TreeNode): void {
    if (this.#needed) this.#graft(this.#root, root, true);
  }

  /** The size of a directory that a layer removes; 0 for a file, undefined for a missing path. */
  removedBytes(path: string): number | undefined {
    const node = this.#find(path);
    if (!node?.isDirectory) return node && 0;
    return bytesBelow(node);
  }

  #find(path: string): StackNode | undefined {
    let node: StackNode | undefined = this.#root;
    for (const name of path.split("/")) if (name !== "") node = node?.children.get(name);
    return node;
  }

  #graft(below: StackNode, upper: TreeNode, removes: boolean): void {
    for (const [name, child] of sorted(upper.children)) {
      if (removes && name.startsWith(whiteoutPrefix)) {
        below.children.delete(name.slice(whiteoutPrefix.length));
        continue;
      }
      const node = below.children.get(name) ?? nothing();
      below.children.set(name, node);
      this.#graft(node, child, removes);
      node.bytes = child.entry?.size ?? 0;
      node.isDirectory = child.entry?.type === "directory";
    }
  }
}

const bytesBelow = ({ bytes, children }: StackNode): number =>
  [...children.values()].reduce((sum, child) => sum + bytesBelow(child), bytes);
