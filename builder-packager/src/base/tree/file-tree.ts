import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { normalizedMtime, type TarEntry } from "../../tar/entry.ts";
import { turns } from "../../turns.ts";

interface NodeAttributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The package that contains it; absent for files that cnb adds. */
  readonly owner?: string | undefined;
}

/** An entry of a file system. Hard links are files that share one `content` object. */
export type TreeNode =
  | (NodeAttributes & { readonly type: "file"; readonly content: Uint8Array })
  | (NodeAttributes & { readonly type: "directory" })
  | (NodeAttributes & { readonly type: "symlink"; readonly target: string });

/**
 * A file system in memory. The keys are canonical paths without a leading slash (`usr/bin/dash`).
 * The root itself is not included.
 */
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

/** Returns a placeholder for content that was not read. It never equals other content. */
export function unreadContent(): Uint8Array {
  const content = new Uint8Array();
  unread.add(content);
  return content;
}

/**
 * True if the contents of two files are equal. A placeholder for unread content equals only itself.
 */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a === b || (!unread.has(a) && !unread.has(b) && Buffer.compare(a, b) === 0);

/** True if two nodes are equal in everything except the package that they belong to. */
export function sameNode(a: TreeNode, b: TreeNode): boolean {
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return false;
  if (a.type === "file") return b.type === "file" && sameBytes(a.content, b.content);
  if (a.type === "symlink") return b.type === "symlink" && a.target === b.target;
  return b.type === "directory";
}

const maxLinks = limits.links.most;
const maxLength = limits.memberPath.most;

/**
 * Resolves a path. Symbolic links in its directories are followed inside the tree, as the kernel
 * does below a chroot, so that `..` never leaves the root. The last component is followed only on
 * request.
 *
 * @throws CnbError ARCHIVE_UNSAFE when the links form a loop, or the path is longer than Linux can
 * open.
 * @example
 * `canonicalPath(new Map([["bin", symlink("usr/bin")]]), "./bin/sh", "keep") // "usr/bin/sh"`
 */
export function canonicalPath(tree: ReadonlyMap<string, TreeNode>, path: string, last: "follow" | "keep"): string {
  let rest = namesIn(path);
  let done = "";
  let links = 0;
  let length = path.length;
  while (rest.length > 0) {
    const name = rest.pop() as string;
    if (length > maxLength) throw unsafe(path, "it leads through too many directories");
    if (name === "..") {
      done = parentOf(done);
      continue;
    }
    const next = done === "" ? name : `${done}/${name}`;
    const node = tree.get(next);
    if (node?.type !== "symlink" || (rest.length === 0 && last === "keep")) {
      done = next;
      continue;
    }
    if (++links > maxLinks) throw unsafe(path, "it leads through too many symbolic links");
    if (node.target.startsWith("/")) done = "";
    rest = [...rest, ...namesIn(node.target)];
    length += node.target.length;
  }
  if (done.length > maxLength) throw unsafe(path, "it is too long");
  return done;
}

/** The components of a path that are not empty or `.`, last one first. */
const namesIn = (path: string): string[] =>
  path
    .split("/")
    .filter((name) => name !== "" && name !== ".")
    .reverse();

/** Returns the parent directory of a canonical path; `""` is the root. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

const unsafe = (path: string, why: string): CnbError => {
  const shown = path.length > 80 ? `${path.slice(0, 40)}…` : path;
  return new CnbError("ARCHIVE_UNSAFE", `the path ${JSON.stringify(shown)} cannot be followed: ${why}`, {
    hint: "The image or package that contains this path is damaged or hostile. Do not use it.",
  });
};

/** Returns the content of the file at a path; undefined if there is no file. Links are followed. */
export function fileAt(tree: ReadonlyMap<string, TreeNode>, path: string): Uint8Array | undefined {
  const node = tree.get(canonicalPath(tree, path, "follow"));
  return node?.type === "file" ? node.content : undefined;
}

/** Returns the text of the file at a path; undefined if there is no file. Links are followed. */
export function textAt(tree: ReadonlyMap<string, TreeNode>, path: string): string | undefined {
  const bytes = fileAt(tree, path);
  return bytes && Buffer.from(bytes).toString("utf8");
}

/**
 * Adds a node to a tree at a path, and creates missing parent directories. An existing node is
 * replaced.
 */
export function put(tree: FileTree, path: string, node: TreeNode): void {
  const canonical = canonicalPath(tree, path, "keep");
  for (let parent = parentOf(canonical); parent !== "" && !tree.has(parent); parent = parentOf(parent))
    tree.set(parent, directory(0o755));
  tree.set(canonical, node);
}

/** Adds a node to a tree at a path, unless the path exists. */
export function putIfAbsent(tree: FileTree, path: string, node: TreeNode): void {
  if (!tree.has(canonicalPath(tree, path, "keep"))) put(tree, path, node);
}

/**
 * Writes a text file into a tree. An unchanged file is not written, so that it remains in the layer
 * below.
 */
export function putText(tree: FileTree, path: string, text: string): void {
  if (textAt(tree, path) !== text) put(tree, path, textFile(text));
}

interface EntriesOptions {
  /** The tree of the layers below, whose entries are omitted. */
  readonly below?: ReadonlyMap<string, TreeNode>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Returns the archive members for a tree. With `below`, returns only the members that differ from
 * that tree. The members are sorted, with directories before their content, and have the same time.
 * The first of several hard links contains the content.
 */
export async function treeEntries(
  tree: ReadonlyMap<string, TreeNode>,
  { below = new Map(), signal }: EntriesOptions = {},
): Promise<TarEntry[]> {
  const turn = turns(signal);
  const put: { readonly parts: readonly string[]; readonly path: string; readonly node: TreeNode }[] = [];
  for (const [path, node] of tree) {
    await turn();
    if (!isBelow(below.get(path), node)) put.push({ parts: path.split("/"), path, node });
  }
  put.sort((a, b) => compareParts(a.parts, b.parts));
  const firstPaths = new Map<Uint8Array, string>();
  return put.map(({ path, node }) => entryOf(path, node, firstPaths));
}

const isBelow = (below: TreeNode | undefined, node: TreeNode): boolean =>
  below !== undefined && (below === node || sameNode(below, node));

/** Compares paths by bytes per component, as Go's filepath.Walk does: `a/b` is before `a.b`. */
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
