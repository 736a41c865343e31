import { createHash } from "node:crypto";
import { shownName } from "../../files/file-name.ts";
import { forEachMember } from "../../oci/layers/layer-content.ts";
import type { Layer } from "../../oci/model/image.ts";
import type { Member, MemberType } from "../../tar/member.ts";
import type { StreamedMember } from "../../tar/read.ts";
import { memberNames } from "./member-names.ts";
import { TreeBudget } from "./tree-budget.ts";

/** A layer's record of a file or directory. */
export interface TreeEntry extends Pick<Member, "type" | "size" | "mode" | "uid" | "gid" | "target"> {
  /** SHA-256 of a file's content, if requested. */
  readonly digest?: string;
}

/** A name in the tree of one layer. A whiteout has its own name: `.wh.NAME`. */
export interface TreeNode {
  /** Absent for a directory that the layer does not list, although it has entries in it. */
  entry?: TreeEntry;
  children?: Map<string, TreeNode>;
  /** True if it hides all content of lower layers. */
  opaque?: true;
}

/** The files of one layer. */
export interface LayerTree {
  readonly root: TreeNode;
  /** The size of the tar, including headers and padding. */
  readonly tarBytes: number;
  /** The size of all files, including those replaced by another of the same name in this layer. */
  readonly fileBytes: number;
  /** The number of members that are not directories. */
  readonly files: number;
  /** Files that the same layer contains again, with the bytes of the earlier ones. */
  readonly replaced: readonly { readonly names: readonly string[]; readonly bytes: number }[];
}

/** Options of {@link readLayerTree}. */
export interface ReadTreeOptions {
  /** A budget shared by the layers of an image. */
  readonly budget?: TreeBudget;
  /** True to hash the contents. */
  readonly digests?: boolean;
}

export const whiteoutPrefix = ".wh.";
const markerPrefix = ".wh..wh.";
const opaqueMarker = ".wh..wh..opq";

/**
 * Reads the file names of a layer. Contents are streamed; nothing is unpacked, and names are not
 * resolved.
 *
 * @throws CnbError TAR_TOO_LARGE, TAR_UNSUPPORTED, TAR_INVALID, BLOB_CORRUPT, REGISTRY_….
 */
export async function readLayerTree(layer: Layer, options: ReadTreeOptions = {}): Promise<LayerTree> {
  const { budget = new TreeBudget(), digests = false } = options;
  const replaced: LayerTree["replaced"][number][] = [];
  const root: TreeNode = {};
  let [files, fileBytes] = [0, 0];
  const visit = async (member: StreamedMember) => {
    const names = memberNames(shownName(member.path));
    const node = nodeAt(root, names, budget);
    if (member.type !== "directory") files += 1;
    fileBytes += member.size;
    if (!node || names.length === 0) return;
    if (node.entry && node.entry.size > 0) {
      budget.take(member.path);
      replaced.push({ names, bytes: node.entry.size });
    }
    node.entry = await entryOf(member, digests);
  };
  const tarBytes = await forEachMember(layer, visit);
  return { root, tarBytes, fileBytes, files, replaced };
}

/** The node of a path; none for markers, which say something of the directory that they are in. */
function nodeAt(root: TreeNode, names: readonly string[], budget: TreeBudget): TreeNode | undefined {
  let node = root;
  for (const name of names) {
    node.children ??= new Map();
    let child = node.children.get(name);
    if (!child) {
      if (name === opaqueMarker) node.opaque = true;
      if (name.startsWith(markerPrefix)) return undefined;
      budget.take(name);
      child = {};
      node.children.set(name, child);
    }
    node = child;
  }
  return node;
}

async function entryOf(member: StreamedMember, digests: boolean): Promise<TreeEntry> {
  const { type, size, mode, uid, gid, target } = member;
  const entry = { type, size, mode, uid, gid, target: shownName(target) };
  if (!digests || type !== "file") return entry;
  const hash = createHash("sha256");
  for await (const chunk of member.content()) hash.update(chunk);
  return { ...entry, digest: hash.digest("base64url") };
}

/** The type letters of `ls` for entries other than regular files. */
export const typeLetters: Readonly<Record<MemberType, string>> = {
  file: "-",
  hardlink: "-",
  symlink: "l",
  directory: "d",
  fifo: "p",
  "character-device": "c",
  "block-device": "b",
};
