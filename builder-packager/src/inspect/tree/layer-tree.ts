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
  /** The SHA-256 digest of a file's content; undefined unless digests were requested. */
  readonly digest?: string;
}

/** A node in the file tree of one layer. A whiteout is a node with the name `.wh.NAME`. */
export interface TreeNode {
  /**
   * The layer's record of this path. Absent if the layer only contains entries below the directory,
   * but not the directory itself.
   */
  entry?: TreeEntry;
  children?: Map<string, TreeNode>;
  /** True if the directory hides all content of lower layers. */
  opaque?: true;
}

/** The file tree of one layer, with its sizes. */
export interface LayerTree {
  readonly root: TreeNode;
  /** The size of the uncompressed tar in bytes, including headers and padding. */
  readonly tarBytes: number;
  /**
   * The total size of all files in bytes, including those that a later member of the same layer
   * replaces.
   */
  readonly fileBytes: number;
  /** The number of members that are not directories. */
  readonly files: number;
  /** Files that a later member of the same layer replaces, with their sizes. */
  readonly replaced: readonly { readonly names: readonly string[]; readonly bytes: number }[];
}

/** Options of {@link readLayerTree}. */
export interface ReadTreeOptions {
  /** A budget shared by the layers of an image. */
  readonly budget?: TreeBudget;
  /** True to compute the digest of each file's content. */
  readonly digests?: boolean;
}

export const whiteoutPrefix = ".wh.";
const markerPrefix = ".wh..wh.";
const opaqueMarker = ".wh..wh..opq";

/**
 * Reads the file tree of a layer. Contents are streamed: nothing is unpacked, and links are not
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

/**
 * The node of a path, which is created if missing. Markers have no node: they describe their
 * directory.
 */
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

/** The letters that `ls -l` shows for the types of files. */
export const typeLetters: Readonly<Record<MemberType, string>> = {
  file: "-",
  hardlink: "-",
  symlink: "l",
  directory: "d",
  fifo: "p",
  "character-device": "c",
  "block-device": "b",
};
