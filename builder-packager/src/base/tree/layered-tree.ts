import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { canonicalPath, directory, type FileTree, parentOf, type TreeNode } from "./file-tree.ts";

/**
 * A file system in memory to which layers are applied. The time to apply a layer is proportional to
 * the number of entries in the layer, not to the size of the file system.
 */
export class LayeredTree {
  readonly files: FileTree = new Map();
  /** The names in each directory. */
  readonly #names = new Map<string, Set<string>>([["", new Set()]]);
  /** The entries of the current layer, which opaque whiteouts do not remove. */
  #fresh = new Set<string>();
  #filesLeft: number = limits.extendedFiles.most;
  #bytesLeft: number = limits.extendedBytes.most;

  beginLayer(): void {
    this.#fresh = new Set();
  }

  /**
   * Puts a node at a canonical path. If the path is a directory and the node is not, the directory
   * is removed with its content.
   */
  put(path: string, node: TreeNode): void {
    if (node.type !== "directory" && this.files.get(path)?.type === "directory") this.#clear(path, new Set());
    for (let at = path; at !== "" && !this.files.has(at); at = parentOf(at)) this.#list(at);
    this.files.set(path, node);
    this.#fresh.add(path);
  }

  /**
   * Returns the node at a path, if there is one. If the path is a symbolic link, returns the link
   * itself.
   */
  at(path: string): TreeNode | undefined {
    return this.files.get(canonicalPath(this.files, path, "keep"));
  }

  /** Removes the entries of lower layers from a directory, as an opaque whiteout requires. */
  clear(dir: string): void {
    this.#clear(dir, this.#fresh);
  }

  /** Removes a file, or a directory with its content. */
  remove(path: string): void {
    this.#clear(path, new Set());
    this.#drop(path);
  }

  /**
   * Subtracts from the number of bytes that the tree may still add.
   *
   * @throws CnbError TAR_TOO_LARGE if none are left
   */
  takeBytes(bytes: number): void {
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft < 0)
      throw tooLarge(`paths and package records of more than ${limits.extendedBytes.most} bytes together`);
  }

  /**
   * Subtracts from the number of files that the tree may still add.
   *
   * @throws CnbError TAR_TOO_LARGE if none are left
   */
  takeFiles(files: number): void {
    this.#filesLeft -= files;
    if (this.#filesLeft < 0) throw tooLarge(`more than ${limits.extendedFiles.most} files`);
  }

  /** A directory that can still be replaced. */
  #list(path: string): void {
    this.takeBytes(path.length);
    this.takeFiles(1);
    this.files.set(path, directory(0o755));
    const names = this.#names.get(parentOf(path)) ?? new Set();
    this.#names.set(parentOf(path), names.add(path.slice(path.lastIndexOf("/") + 1)));
  }

  /** Checks if any of `kept` is left. */
  #clear(dir: string, kept: ReadonlySet<string>): boolean {
    let isSomethingLeft = false;
    for (const name of this.#names.get(dir) ?? []) {
      const path = dir === "" ? name : `${dir}/${name}`;
      if (this.#clear(path, kept) || kept.has(path)) isSomethingLeft = true;
      else this.#drop(path);
    }
    return isSomethingLeft;
  }

  #drop(path: string): void {
    this.files.delete(path);
    this.#names.delete(path);
    this.#names.get(parentOf(path))?.delete(path.slice(path.lastIndexOf("/") + 1));
  }
}

const tooLarge = (what: string): CnbError =>
  new CnbError("TAR_TOO_LARGE", `the image to extend has ${what}`, {
    hint: "Extend an image with fewer files: --extend, or extend in base.toml.",
  });
