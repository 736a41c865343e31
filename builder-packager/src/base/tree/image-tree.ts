import { forEachMember } from "../../oci/layers/layer-content.ts";
import type { Image } from "../../oci/model/image.ts";
import { withoutSlashes } from "../../tar/member.ts";
import type { StreamedMember } from "../../tar/read.ts";
import { unowned } from "../packages/unpack.ts";
import { canonicalPath, type FileTree, parentOf, type TreeNode, unreadContent } from "./file-tree.ts";
import { LayeredTree } from "./layered-tree.ts";

/** The files of an extended image that are read; for all others their existence is sufficient. */
const readable =
  /^(etc\/(os-release|passwd|group|ssl\/certs\/ca-certificates\.crt)|usr\/lib\/os-release|var\/lib\/dpkg\/(status|status\.d\/[^/]+|info\/[^/]+\.list)|usr\/share\/doc\/[^/]+\/copyright|usr\/(local\/)?share\/ca-certificates\/.+)$/;
const maxReadBytes = 16 * 1024 * 1024;

/**
 * Reads the file system of an image as a tree, with whiteouts applied. Only the contents that
 * creating a base image needs are read.
 *
 * @throws CnbError BLOB_CORRUPT, TAR_INVALID, TAR_UNSUPPORTED, TAR_TOO_LARGE, ARCHIVE_UNSAFE
 */
export async function treeOfImage(image: Image, signal?: AbortSignal): Promise<FileTree> {
  const tree = new LayeredTree();
  for (const layer of image.layers) {
    tree.beginLayer();
    await forEachMember(layer, (member) => applyMember(tree, member), signal);
  }
  return tree.files;
}

async function applyMember(tree: LayeredTree, member: StreamedMember): Promise<void> {
  const path = canonicalPath(tree.files, withoutSlashes(member.path), "keep");
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name.startsWith(".wh.")) whiteOut(tree, parentOf(path), name);
  else if (path !== "") tree.put(path, await nodeOf(tree, member, path));
}

function whiteOut(tree: LayeredTree, parent: string, name: string): void {
  if (name === ".wh..wh..opq") tree.clear(parent);
  else tree.remove(parent === "" ? name.slice(4) : `${parent}/${name.slice(4)}`);
}

async function nodeOf(tree: LayeredTree, member: StreamedMember, path: string): Promise<TreeNode> {
  const { type, mode, uid, gid } = member;
  const attributes = { mode, uid, gid, owner: unowned };
  if (type === "directory") return { ...attributes, type };
  if (type === "symlink") return { ...attributes, type, target: member.target };
  const linked = type === "hardlink" ? tree.at(member.target) : undefined;
  if (linked) return linked;
  const isRead = type === "file" && readable.test(path) && member.size <= maxReadBytes;
  return { ...attributes, type: "file", content: isRead ? await contentOf(tree, member) : unreadContent() };
}

async function contentOf(tree: LayeredTree, member: StreamedMember): Promise<Uint8Array> {
  tree.takeBytes(member.size);
  const parts: Uint8Array[] = [];
  for await (const part of member.content()) parts.push(part);
  return Buffer.concat(parts);
}
