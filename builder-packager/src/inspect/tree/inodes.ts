import type { TreeNode } from "./layer-tree.ts";
import { memberNames } from "./member-names.ts";

/** The content of a file, which may have several names. */
export interface Inode {
  readonly bytes: number;
  /** The position of the layer that contains the content. */
  readonly layer: number;
  /** The number of the content's names that are visible in a container. */
  names: number;
}

/** The maximal number of hard links that are followed from one to the next. */
const maxSteps = 40;

/** The contents of the files in one layer. Hard links share their content. */
export class Inodes {
  readonly #root: TreeNode;
  readonly #layer: number;
  readonly #known = new Map<TreeNode, Inode>();

  constructor(root: TreeNode, layer: number) {
    this.#root = root;
    this.#layer = layer;
  }

  /** Returns the content of a file. Each call adds one to the number of names of the content. */
  of(node: TreeNode): Inode {
    const file = this.#linked(node);
    const inode = this.#known.get(file) ?? { bytes: file.entry?.size ?? 0, layer: this.#layer, names: 0 };
    this.#known.set(file, inode);
    inode.names += 1;
    return inode;
  }

  /** The target of a hard link; a dangling link is an empty file. */
  #linked(node: TreeNode): TreeNode {
    let found = node;
    for (let step = 0; step < maxSteps && found.entry?.type === "hardlink"; step++) {
      const next = this.#find(memberNames(found.entry.target));
      if (!next?.entry || next.children) return found;
      found = next;
    }
    return found;
  }

  #find(names: readonly string[]): TreeNode | undefined {
    let node: TreeNode | undefined = this.#root;
    for (const name of names) node = node?.children?.get(name);
    return node;
  }
}
