import { CnbError } from "../../errors.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { turns } from "../../turns.ts";
import type { BinaryPackage } from "../archive/package-index.ts";
import { canonicalPath, type FileTree, put, sameBytes, type TreeNode } from "../tree/file-tree.ts";
import type { DebianArchive } from "./deb.ts";
import { satisfies } from "./relation.ts";

/** A package with its files, ready to be unpacked. */
export interface UnpackablePackage extends DebianArchive {
  readonly package: BinaryPackage;
}

/** Documentation that is not needed in a container. Copyright files stay: licenses require them. */
const dropped = /^usr\/share\/(doc|man|info|locale|lintian|doc-base|bug|linda|omf|gnome\/help)\/./;
const kept = /^usr\/share\/(doc\/[^/]+(\/copyright)?|locale\/locale\.alias)$/;

/**
 * Unpacks packages into a tree as `dpkg --unpack` would onto a disk. Symbolic links of directories
 * are followed, which merges `/bin` into `/usr/bin`. A directory is never replaced by a link.
 * Several packages may contain the same file with identical content. If the contents differ, the
 * file of the package that declares `Replaces` is used. Files that belong to no package are
 * replaced.
 *
 * @throws CnbError BASE_FILE_CONFLICT with all conflicts, BASE_PACKAGE_INVALID for paths outside of
 * the tree
 */
export async function unpackPackages(
  tree: FileTree,
  packages: readonly UnpackablePackage[],
  known: readonly BinaryPackage[] = [],
): Promise<void> {
  const turn = turns();
  const byName = new Map([...known, ...packages.map((item) => item.package)].map((item) => [item.name, item]));
  const conflicts: string[] = [];
  for (const item of packages) {
    const { name } = item.package;
    for (const { path, node } of treeNodes(item, tree)) {
      await turn();
      const present = tree.get(path);
      const decision = present ? decide(present, node, byName) : "put";
      if (decision === "conflict") conflicts.push(`/${path} is in ${present?.owner ?? "the base"} and in ${name}`);
      if (decision === "put") put(tree, path, node);
    }
  }
  if (conflicts.length === 0) return;
  throw new CnbError(
    "BASE_FILE_CONFLICT",
    `packages contain different files with the same path:${conflicts.map((line) => `\n  ${line}`).join("")}`,
    {
      hint: "Remove one of the conflicting packages.",
    },
  );
}

/**
 * The name that replaces a package name for files of an extended image that belong to no package.
 */
export const unowned = "the image below";

interface FileInPackage {
  readonly path: string;
  readonly node: TreeNode;
}

/** Resolves paths one after another, because a package may contain the link that its next file uses. */
function* treeNodes({ package: { name }, entries }: UnpackablePackage, tree: FileTree): Generator<FileInPackage> {
  const contents = new Map<string, Extract<TreeNode, { type: "file" }>>();
  for (const entry of entries) {
    const stored = safeName(entry.path, name);
    if (stored === "" || isDropped(stored)) continue;
    const path = locationOf(tree, stored, name);
    const node = nodeOf(entry, name, contents);
    if (node.type === "file") contents.set(stored, node);
    yield { path, node };
  }
}

function locationOf(tree: FileTree, stored: string, name: string): string {
  try {
    const path = canonicalPath(tree, stored, "keep");
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if ((tree.get(parent)?.type ?? "directory") === "directory") return path;
    throw new Error(`cannot create ${stored}, because ${parent} is not a directory`);
  } catch (error) {
    throw invalid(name, error instanceof Error ? error.message : String(error));
  }
}

function nodeOf(
  entry: TarEntry,
  owner: string,
  contents: ReadonlyMap<string, Extract<TreeNode, { type: "file" }>>,
): TreeNode {
  const { mode, uid, gid } = entry;
  const attributes = { mode: mode & 0o7777, uid, gid, owner };
  if (entry.type === "directory") return { ...attributes, type: "directory" };
  if (entry.type === "symlink") return { ...attributes, type: "symlink", target: entry.target };
  if (entry.type === "file" && entry.content instanceof Uint8Array)
    return { ...attributes, type: "file", content: entry.content };
  const linked = entry.type === "hardlink" ? contents.get(safeName(entry.target, owner)) : undefined;
  if (linked) return linked;
  throw invalid(owner, `${entry.path} is a hard link to a file that does not precede it in the archive`);
}

const isDropped = (path: string): boolean => dropped.test(path) && !kept.test(path);

/**
 * Returns the paths that a package installs, such as `/usr/bin/dash`. Documentation that was left
 * out of the image is not included.
 */
export function pathsIn(tree: FileTree, { package: { name }, entries }: UnpackablePackage): string[] {
  const stored = entries.map(({ path }) => safeName(path, name)).filter((path) => path !== "");
  return stored.filter((path) => tree.has(canonicalPath(tree, path, "keep"))).map((path) => `/${path}`);
}

function safeName(path: string, name: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..") || path.includes("\0"))
    throw invalid(name, `${JSON.stringify(path)} leads out of the file system`);
  return parts.join("/");
}

const invalid = (name: string, message: string): CnbError =>
  new CnbError("BASE_PACKAGE_INVALID", `the package ${name} cannot be unpacked: ${message}`, {
    hint: "The package file is damaged or in an unknown format. Remove the package from the list of packages, or pass another mirror with --mirror URL.",
  });

function decide(
  present: TreeNode,
  node: TreeNode,
  packages: ReadonlyMap<string, BinaryPackage>,
): "put" | "keep" | "conflict" {
  if (present.type === "directory") return "keep"; // dpkg never replaces a directory by something else
  if (node.type === "directory") return present.type === "symlink" ? "keep" : "conflict";
  if (sameContent(present, node)) return "keep";
  const [first, second] = [packages.get(present.owner ?? ""), packages.get(node.owner ?? "")];
  if (first && second && replaces(second, first)) return "put";
  if (first && second && replaces(first, second)) return "keep";
  return present.owner === unowned ? "put" : "conflict";
}

function sameContent(a: TreeNode, b: TreeNode): boolean {
  if (a.type === "symlink" && b.type === "symlink") return a.target === b.target;
  return a.type === "file" && b.type === "file" && a.mode === b.mode && sameBytes(a.content, b.content);
}

const replaces = (winner: BinaryPackage, loser: BinaryPackage): boolean =>
  winner.replaces
    .flat()
    .some(({ name, constraint }) => name === loser.name && (!constraint || satisfies(loser.version, constraint)));
