import type { TreeNode } from "./layer-tree.ts";
import { memberNames } from "./member-names.ts";

/** The bytes of a file, which may have several names. */
export interface Inode {
  readonly bytes: number;
  /** In which layer they are. */
  readonly layer: number;
  /** How many names lead to it that a container sees. */
  names: number;
}

/** Hard links are to names of their own layer; one that leads to another link is followed so far. */
const maxSteps = 40;

/** The files of one layer by what they share. */
export class Inodes {
  readonly #root: TreeNode;
  readonly #layer: number;
  readonly #known = new Map<TreeNode, Inode>();

  constructor(root: TreeNode, layer: number) {
    this.#root = root;
    this.#layer = layer;
  }

  /** The bytes behind a name, which is one name more for them. */
  of(node: TreeNode): Inode {
    const file = this.#linked(node);
    const inode = this.#known.get(file) ?? { bytes: file.entry?.size ?? 0, layer: this.#layer, names: 0 };
    this.#known.set(file, inode);
    inode.names += 1;
    return inode;
  }

  /** The file that a link leads to; a link that leads nowhere is an empty file. */
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
