import type { TreeNode } from "./layer-tree.ts";
import { memberNames } from "./member-names.ts";

/** The content of a file, which may have several names. */
export interface Inode {
  readonly bytes: number;
  /** The layer with the content. */
  readonly layer: number;
  /** The number of names visible in a container. */
  names: number;
}

/** Hard links are to names of their own layer; one that leads to another link is followed so far. */
const maxSteps = 40;

/** The files of one layer by shared content. */
export class Inodes {
  readonly #root: TreeNode;
  readonly #layer: number;
  readonly #known = new Map<TreeNode, Inode>();

  constructor(root: TreeNode, layer: number) {
    this.#root = root;
    this.#layer = layer;
  }

  /** The content of a name; counts as one more name. */
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
