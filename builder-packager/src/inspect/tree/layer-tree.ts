import { createHash } from "node:crypto";
import { shownName } from "../../file-name.ts";
import type { Layer } from "../../oci/image.ts";
import { forEachMember } from "../../oci/layer-content.ts";
import type { Member, MemberType } from "../../tar/member.ts";
import type { StreamedMember } from "../../tar/read.ts";
import { memberNames } from "./member-names.ts";
import { TreeBudget } from "./tree-budget.ts";

/** What a layer says of one of its files or directories. */
export interface TreeEntry extends Pick<Member, "type" | "size" | "mode" | "uid" | "gid" | "target"> {
  /** SHA-256 of a file's content, where it was asked for. */
  readonly digest?: string;
}

/** A name in the tree of one layer. A whiteout is there under its own name: `.wh.NAME`. */
export interface TreeNode {
  /** Absent for a directory that the layer does not list, but has something in. */
  entry?: TreeEntry;
  children?: Map<string, TreeNode>;
  /** Whether it hides all that lower layers have in it. */
  opaque?: true;
}

/** The files of one layer. */
export interface LayerTree {
  readonly root: TreeNode;
  /** Of the tar, with headers and padding. */
  readonly tarBytes: number;
  /** Of all files, those included that another of the same name in this layer replaces. */
  readonly fileBytes: number;
  /** How many members there are that are no directories. */
  readonly files: number;
  /** Files that the same layer has once more, with the bytes of the earlier ones. */
  readonly replaced: readonly { readonly names: readonly string[]; readonly bytes: number }[];
}

/** How {@link readLayerTree} reads. */
export interface ReadTreeOptions {
  /** Shared by the layers of an image. */
  readonly budget?: TreeBudget;
  /** True if contents are hashed. */
  readonly digests?: boolean;
}

export const whiteoutPrefix = ".wh.";
const markerPrefix = ".wh..wh.";
const opaqueMarker = ".wh..wh..opq";

/**
 * Reads which files a layer has. Contents stream by; nothing is unpacked, and names are only names, whatever they lead to.
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

/** How `ls` marks what is no plain file. */
export const typeLetters: Readonly<Record<MemberType, string>> = {
  file: "-",
  hardlink: "-",
  symlink: "l",
  directory: "d",
  fifo: "p",
  "character-device": "c",
  "block-device": "b",
};
