import { normalizedMtime, type TarEntry } from "../tar/entry.ts";
import { turns } from "../turns.ts";

interface NodeAttributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The package that brought it; absent for what cnb adds itself. */
  readonly owner?: string | undefined;
}

/** One thing of a file system. Hard links are files that share one `content` object. */
export type TreeNode =
  | (NodeAttributes & { readonly type: "file"; readonly content: Uint8Array })
  | (NodeAttributes & { readonly type: "directory" })
  | (NodeAttributes & { readonly type: "symlink"; readonly target: string });

/** A file system in memory: canonical paths without a slash in front (`usr/bin/dash`) to nodes. The root itself is not in it. */
export type FileTree = Map<string, TreeNode>;

export const directory = (mode: number, uid = 0, gid = 0): TreeNode => ({ type: "directory", mode, uid, gid });
export const symlink = (target: string): TreeNode => ({ type: "symlink", mode: 0o777, uid: 0, gid: 0, target });
export const textFile = (text: string, mode = 0o644): TreeNode => ({
  type: "file",
  mode,
  uid: 0,
  gid: 0,
  content: Buffer.from(text, "utf8"),
});

const unread = new WeakSet<Uint8Array>();

/** Stands for the content of a file that nobody looks into: it is like no other. */
export function unreadContent(): Uint8Array {
  const content = new Uint8Array();
  unread.add(content);
  return content;
}

/** Tells whether two files have the same bytes. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a === b || (!unread.has(a) && !unread.has(b) && Buffer.compare(a, b) === 0);

/** Tells whether two things are the same in every respect but who brought them. */
export function sameNode(a: TreeNode, b: TreeNode): boolean {
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return false;
  if (a.type === "file") return b.type === "file" && sameBytes(a.content, b.content);
  if (a.type === "symlink") return b.type === "symlink" && a.target === b.target;
  return b.type === "directory";
}

/** As many as Linux follows (MAXSYMLINKS). */
const maxLinks = 40;

/**
 * Where a path leads: symbolic links of its folders are followed inside the tree, as the kernel would below a chroot, so
 * that `..` never leaves the root. The last component is followed only on demand.
 *
 * @throws Error in words when the links form a loop
 * @example `canonicalPath(new Map([["bin", symlink("usr/bin")]]), "./bin/sh", "keep") // "usr/bin/sh"`
 */
export function canonicalPath(tree: ReadonlyMap<string, TreeNode>, path: string, last: "follow" | "keep"): string {
  const rest = path.split("/");
  let done: string[] = [];
  let links = 0;
  while (rest.length > 0) {
    const name = rest.shift();
    if (!name || name === ".") continue;
    if (name === "..") {
      done.pop();
      continue;
    }
    const node = tree.get([...done, name].join("/"));
    const isLast = rest.every((part) => part === "" || part === ".");
    if (node?.type !== "symlink" || (isLast && last === "keep")) {
      done.push(name);
      continue;
    }
    if (++links > maxLinks) throw new Error(`${path} leads through too many symbolic links`);
    if (node.target.startsWith("/")) done = [];
    rest.unshift(...node.target.split("/"));
  }
  return done.join("/");
}

/** The file that a path leads to, if there is one. */
export function fileAt(tree: ReadonlyMap<string, TreeNode>, path: string): Uint8Array | undefined {
  const node = tree.get(canonicalPath(tree, path, "follow"));
  return node?.type === "file" ? node.content : undefined;
}

/** The text of the file that a path leads to, if there is one. */
export function textAt(tree: ReadonlyMap<string, TreeNode>, path: string): string | undefined {
  const bytes = fileAt(tree, path);
  return bytes && Buffer.from(bytes).toString("utf8");
}

/** Puts a node at a path and folders above it where there are none. */
export function put(tree: FileTree, path: string, node: TreeNode): void {
  const canonical = canonicalPath(tree, path, "keep");
  const parts = canonical.split("/");
  for (let depth = 1; depth < parts.length; depth++) {
    const parent = parts.slice(0, depth).join("/");
    if (!tree.has(parent)) tree.set(parent, directory(0o755));
  }
  tree.set(canonical, node);
}

/** Puts a node only where there is nothing. */
export function putIfAbsent(tree: FileTree, path: string, node: TreeNode): void {
  if (!tree.has(canonicalPath(tree, path, "keep"))) put(tree, path, node);
}

/** Writes a text file only if it differs, so that an unchanged file stays in the layer below. */
export function putText(tree: FileTree, path: string, text: string): void {
  if (textAt(tree, path) !== text) put(tree, path, textFile(text));
}

interface EntriesOptions {
  /** The tree of the layers below: what is in it already becomes no member. */
  readonly below?: ReadonlyMap<string, TreeNode>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The archive members of a tree, or of what a tree has beyond the one below it: sorted, folders before what is in them,
 * all with the same time. The first of several hard links carries the content.
 */
export async function treeEntries(
  tree: ReadonlyMap<string, TreeNode>,
  { below = new Map(), signal }: EntriesOptions = {},
): Promise<TarEntry[]> {
  const turn = turns(signal);
  const placed: { readonly parts: readonly string[]; readonly path: string; readonly node: TreeNode }[] = [];
  for (const [path, node] of tree) {
    await turn();
    if (!isBelow(below.get(path), node)) placed.push({ parts: path.split("/"), path, node });
  }
  placed.sort((a, b) => compareParts(a.parts, b.parts));
  const firstPaths = new Map<Uint8Array, string>();
  return placed.map(({ path, node }) => entryOf(path, node, firstPaths));
}

const isBelow = (below: TreeNode | undefined, node: TreeNode): boolean =>
  below !== undefined && (below === node || sameNode(below, node));

/** Byte order per component, as Go's filepath.Walk visits: `a/b` is before `a.b`. */
function compareParts(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((part, position) => part !== b[position]);
  if (index < 0 || b[index] === undefined) return a.length - b.length;
  return Buffer.compare(Buffer.from(a[index] ?? ""), Buffer.from(b[index] ?? ""));
}

function entryOf(path: string, node: TreeNode, firstPaths: Map<Uint8Array, string>): TarEntry {
  const { mode, uid, gid } = node;
  const attributes = { path, mode, uid, gid, mtime: normalizedMtime };
  switch (node.type) {
    case "directory":
      return { ...attributes, type: "directory" };
    case "symlink":
      return { ...attributes, mode: 0o777, type: "symlink", target: node.target };
    case "file": {
      const target = firstPaths.get(node.content);
      if (target !== undefined) return { ...attributes, type: "hardlink", target };
      if (node.content.length > 0) firstPaths.set(node.content, path);
      return { ...attributes, type: "file", content: node.content };
    }
  }
}
