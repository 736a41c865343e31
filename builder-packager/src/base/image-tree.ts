import type { Image, Layer } from "../oci/image.ts";
import { forEachMember } from "../oci/layer-content.ts";
import type { StreamedMember } from "../tar/read.ts";
import { canonicalPath, type FileTree, put, type TreeNode, unreadContent } from "./file-tree.ts";
import { unowned } from "./unpack.ts";

/** What is read of an image that is extended; of all other files it is enough to know that they are there. */
const readable =
  /^(etc\/(os-release|passwd|group|ssl\/certs\/ca-certificates\.crt)|usr\/lib\/os-release|var\/lib\/dpkg\/(status|status\.d\/[^/]+|info\/[^/]+\.list)|usr\/share\/doc\/[^/]+\/copyright|usr\/(local\/)?share\/ca-certificates\/.+)$/;
const maxReadBytes = 16 * 1024 * 1024;

/**
 * The file system of an image as a tree, whiteouts applied. Contents of files that nobody here looks into are left out.
 *
 * @throws CnbError BLOB_CORRUPT, TAR_INVALID, TAR_UNSUPPORTED
 */
export async function treeOfImage(image: Image, signal?: AbortSignal): Promise<FileTree> {
  const tree: FileTree = new Map();
  for (const layer of image.layers) await applyLayer(tree, layer, signal);
  return tree;
}

async function applyLayer(tree: FileTree, layer: Layer, signal: AbortSignal | undefined): Promise<void> {
  const fresh = new Set<string>();
  const apply = async (member: StreamedMember) => {
    const stored = member.path.replace(/\/+$/, "");
    const path = canonicalPath(tree, stored, "keep");
    const name = path.split("/").at(-1) ?? "";
    if (name.startsWith(".wh.")) whiteOut(tree, path, name, fresh);
    else if (path !== "") {
      const node = await nodeOf(tree, member, path);
      if (node.type !== "directory" && tree.get(path)?.type === "directory") removeBelow(tree, path, new Set());
      put(tree, path, node);
      fresh.add(path);
    }
  };
  await forEachMember(layer, apply, signal);
}

function whiteOut(tree: FileTree, path: string, name: string, fresh: ReadonlySet<string>): void {
  const parent = path.slice(0, Math.max(0, path.length - name.length - 1));
  if (name === ".wh..wh..opq") {
    removeBelow(tree, parent, fresh);
    return;
  }
  const hidden = parent === "" ? name.slice(4) : `${parent}/${name.slice(4)}`;
  if (tree.get(hidden)?.type === "directory") removeBelow(tree, hidden, new Set());
  tree.delete(hidden);
}

/** Removes what is in a folder, except what the layer itself has put there. */
function removeBelow(tree: FileTree, dir: string, kept: ReadonlySet<string>): void {
  const prefix = dir === "" ? "" : `${dir}/`;
  for (const path of [...tree.keys()]) if (path.startsWith(prefix) && !kept.has(path)) tree.delete(path);
}

async function nodeOf(tree: FileTree, member: StreamedMember, path: string): Promise<TreeNode> {
  const { type, mode, uid, gid } = member;
  const attributes = { mode, uid, gid, owner: unowned };
  if (type === "directory") return { ...attributes, type };
  if (type === "symlink") return { ...attributes, type, target: member.target };
  const linked = type === "hardlink" ? tree.get(canonicalPath(tree, member.target, "keep")) : undefined;
  if (linked) return linked;
  const isRead = type === "file" && readable.test(path) && member.size <= maxReadBytes;
  return { ...attributes, type: "file", content: isRead ? await contentOf(member) : unreadContent() };
}

async function contentOf(member: StreamedMember): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of member.content()) parts.push(part);
  return Buffer.concat(parts);
}
