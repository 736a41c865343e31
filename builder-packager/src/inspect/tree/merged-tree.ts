import { type Inode, Inodes } from "./inodes.ts";
import { type LayerTree, type TreeEntry, type TreeNode, whiteoutPrefix } from "./layer-tree.ts";

/** The entry that is visible at a path in a container, and the layer from which it comes. */
export interface MergedNode {
  /**
   * The position of the layer that the entry comes from, which is the last one with an entry for
   * the path.
   */
  layer: number;
  entry?: TreeEntry;
  inode?: Inode;
  children?: Map<string, MergedNode>;
}

/** A path whose content in some layers is not visible in a container. */
export interface HiddenPath {
  readonly path: string;
  readonly bytes: number;
  /** The number of hidden files at or below the path. */
  readonly files: number;
  /** The positions of the layers that contain the hidden content. */
  readonly layers: readonly number[];
  /** The position of the layer that hides the content. */
  readonly hiddenBy: number;
}

/** The merged layers of an image. */
export interface MergedTree {
  readonly root: MergedNode;
  /** The total size of all files in all layers in bytes. */
  readonly fileBytes: number;
  /** The total size in bytes of the files visible in a container. */
  readonly visibleBytes: number;
  /** The total size of the hidden files of each layer, in bytes. */
  readonly hiddenBytes: readonly number[];
  /** The hidden paths, largest first. */
  readonly hidden: readonly HiddenPath[];
}

/**
 * Merges the layers of an image. A file hides the file with the same name in lower layers. A
 * whiteout hides the file that it names. An opaque directory hides all earlier content of the
 * directory. A file with several names is hidden when all its names are hidden.
 */
export function mergedTree(trees: readonly LayerTree[]): MergedTree {
  const merge = new Merge(trees.length);
  trees.forEach((tree, layer) => void merge.add(tree, layer));
  const fileBytes = trees.reduce((sum, tree) => sum + tree.fileBytes, 0);
  return { root: merge.root, fileBytes, ...merge.result(fileBytes) };
}

interface NodeSizes {
  bytes: number;
  files: number;
  layers: Set<number>;
  hiddenBy: number;
}

class Merge {
  readonly root: MergedNode = { layer: 0 };
  readonly #hiddenBytes: number[];
  readonly #hidden = new Map<string, NodeSizes>();
  #inodes = new Inodes({}, 0);
  #layer = 0;

  constructor(layers: number) {
    this.#hiddenBytes = new Array<number>(layers).fill(0);
  }

  add({ root, replaced }: LayerTree, layer: number): void {
    this.#layer = layer;
    this.#inodes = new Inodes(root, layer);
    for (const { names, bytes } of replaced) this.#count(`/${names.join("/")}`, layer, bytes);
    this.#directory(this.root, root, "");
  }

  result(fileBytes: number): Omit<MergedTree, "root" | "fileBytes"> {
    const hiddenBytes = this.#hiddenBytes;
    const hidden = [...this.#hidden].map(([path, { layers, ...counts }]) => {
      return { path, ...counts, layers: [...layers].sort((a, b) => a - b) };
    });
    hidden.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
    return { hiddenBytes, visibleBytes: fileBytes - hiddenBytes.reduce((sum, bytes) => sum + bytes, 0), hidden };
  }

  #directory(below: MergedNode, upper: TreeNode, path: string): void {
    if (upper.opaque)
      for (const [name, node] of below.children ?? []) this.#remove(below, name, node, `${path}/${name}`);
    for (const name of upper.children?.keys() ?? [])
      if (name.startsWith(whiteoutPrefix)) this.#whiteout(below, name, path);
    for (const [name, child] of upper.children ?? []) {
      if (!name.startsWith(whiteoutPrefix)) this.#child(below, name, child, `${path}/${name}`);
    }
  }

  #whiteout(below: MergedNode, name: string, path: string): void {
    const hidden = name.slice(whiteoutPrefix.length);
    const node = below.children?.get(hidden);
    if (node) this.#remove(below, hidden, node, `${path}/${hidden}`);
  }

  #child(below: MergedNode, name: string, child: TreeNode, path: string): void {
    const lower = below.children?.get(name);
    const stays = lower && isDirectory(lower) && isDirectory(child);
    if (lower && !stays) this.#remove(below, name, lower, path);
    const node: MergedNode = stays ? lower : { layer: this.#layer };
    if (child.entry) Object.assign(node, { layer: this.#layer, entry: child.entry });
    below.children ??= new Map();
    below.children.set(name, node);
    if (isDirectory(child)) this.#directory(node, child, path);
    else node.inode = this.#inodes.of(child);
  }

  #remove(from: MergedNode, name: string, node: MergedNode, path: string): void {
    from.children?.delete(name);
    this.#hide(node, path);
  }

  #hide(node: MergedNode, path: string): void {
    for (const child of node.children?.values() ?? []) this.#hide(child, path);
    if (!node.inode) return;
    node.inode.names -= 1;
    if (node.inode.names === 0) this.#count(path, node.inode.layer, node.inode.bytes);
  }

  #count(path: string, layer: number, bytes: number): void {
    if (bytes === 0) return;
    const counted = this.#hidden.get(path) ?? { bytes: 0, files: 0, layers: new Set<number>(), hiddenBy: this.#layer };
    counted.bytes += bytes;
    counted.files += 1;
    counted.layers.add(layer);
    counted.hiddenBy = this.#layer;
    this.#hidden.set(path, counted);
    this.#hiddenBytes[layer] = (this.#hiddenBytes[layer] ?? 0) + bytes;
  }
}

/** True for a directory, or any other entry that has children. */
export const isDirectory = (node: { readonly entry?: TreeEntry; readonly children?: unknown }): boolean =>
  node.children !== undefined || node.entry === undefined || node.entry.type === "directory";
