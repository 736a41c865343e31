import { CnbError } from "../../errors.ts";
import type { ImagePlan } from "../base-plan.ts";
import { type Account, groupText, passwdText } from "./accounts.ts";
import { addCertificates } from "./certificates.ts";
import {
  canonicalPath,
  directory,
  type FileTree,
  fileAt,
  put,
  putIfAbsent,
  putText,
  symlink,
  type TreeNode,
  textAt,
  textFile,
} from "./file-tree.ts";
import type { PlannedFile } from "./planned-files.ts";

/**
 * Returns the links that merge `/bin` and similar directories into `/usr`, as Debian since bookworm
 * and Ubuntu since jammy require. They are created before packages are unpacked, so that a
 * package's files in `/bin` are written to `/usr/bin`.
 */
export function mergedUsr(architecture: string): FileTree {
  const tree: FileTree = new Map();
  // Only amd64 keeps its dynamic loader in /lib64; on arm64 it is /lib/ld-linux-aarch64.so.1.
  const names = ["bin", "lib", "sbin", ...(architecture === "amd64" ? ["lib64"] : [])];
  for (const name of names) {
    put(tree, `usr/${name}`, directory(0o755));
    put(tree, name, symlink(`usr/${name}`));
  }
  return tree;
}

/**
 * Adds the files of a usable system that maintainer scripts would have created: mount points, the
 * commands of Debian's alternatives, name service configuration, accounts and the CA bundle. Files
 * of packages are unchanged, unless the base plan replaces them.
 */
export function addSystemFiles(tree: FileTree, plan: ImagePlan, certificates: readonly string[]): void {
  for (const [path, mode] of standardFolders) putIfAbsent(tree, path, directory(mode));
  putIfAbsent(tree, "var/run", symlink("/run"));
  putIfAbsent(tree, "var/lock", symlink("/run/lock"));
  addAlternatives(tree);
  putIfAbsent(tree, "etc/hosts", textFile("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"));
  const nsswitch = textAt(tree, "usr/share/libc-bin/nsswitch.conf") ?? nameServices;
  putIfAbsent(tree, "etc/nsswitch.conf", textFile(nsswitch));
  addAccounts(tree, plan);
  for (const file of plan.files) addFile(tree, file);
  addCertificates(tree, certificates);
}

const standardFolders: readonly (readonly [path: string, mode: number])[] = [
  ["dev", 0o755],
  ["etc", 0o755],
  ["home", 0o755],
  ["media", 0o755],
  ["mnt", 0o755],
  ["opt", 0o755],
  ["proc", 0o755],
  ["root", 0o700],
  ["run", 0o755],
  ["run/lock", 0o1777],
  ["srv", 0o755],
  ["sys", 0o755],
  ["tmp", 0o1777],
  ["usr/local/bin", 0o755],
  ["usr/local/lib", 0o755],
  ["usr/local/sbin", 0o755],
  ["usr/local/share", 0o755],
  ["var", 0o755],
  ["var/tmp", 0o1777],
];

/** Commands that maintainer scripts link with update-alternatives; the first existing provider is used. */
const alternatives: readonly (readonly [path: string, providers: readonly string[]])[] = [
  ["usr/bin/sh", ["dash", "bash", "busybox"]],
  ["usr/bin/awk", ["gawk", "mawk", "original-awk", "busybox"]],
  ["usr/bin/which", ["which.debianutils", "which.gnu"]],
  ["usr/bin/nc", ["nc.openbsd", "nc.traditional"]],
  ["usr/bin/pager", ["less", "more"]],
  ["usr/bin/vi", ["vim.basic", "vim.tiny"]],
  ["usr/bin/cc", ["gcc", "clang"]],
  ["usr/bin/c++", ["g++", "clang++"]],
  ["usr/bin/java", ["../lib/jvm/default-java/bin/java"]],
];

function addAlternatives(tree: FileTree): void {
  for (const [path, providers] of alternatives) {
    const provider = providers.find((name) => tree.has(canonicalPath(tree, `usr/bin/${name}`, "follow")));
    if (provider !== undefined) putIfAbsent(tree, path, symlink(provider));
  }
}

/** libc-bin's defaults; without this file, glibc 2.36 asks DNS before reading /etc/hosts. */
const nameServices = `passwd:         files
group:          files
shadow:         files

hosts:          files dns
networks:       files

protocols:      files
services:       files
`;

function addAccounts(tree: FileTree, { user, users, groups }: ImagePlan): void {
  const accounts = [user, ...users];
  const passwd = textAt(tree, "etc/passwd") ?? textAt(tree, "usr/share/base-passwd/passwd.master");
  const group = textAt(tree, "etc/group") ?? textAt(tree, "usr/share/base-passwd/group.master");
  putText(tree, "etc/passwd", passwdText(passwd, accounts, shellOf(tree)));
  putText(tree, "etc/group", groupText(group, accounts, groups));
  for (const account of accounts) putHome(tree, account);
}

function shellOf(tree: FileTree): string {
  if (fileAt(tree, "bin/bash")) return "/bin/bash";
  return fileAt(tree, "bin/sh") ? "/bin/sh" : "/usr/sbin/nologin";
}

/** Creates a home directory. An extended image may already have it, owned by another user. */
function putHome(tree: FileTree, { home, uid, gid }: Account): void {
  const present = tree.get(canonicalPath(tree, home, "keep"));
  if (present?.type === "directory" && present.uid === uid) return;
  if (present === undefined || present.type === "directory") put(tree, home, directory(0o755, uid, gid));
}

/**
 * Adds a file of the base plan to the tree. The file replaces an existing file; a directory keeps
 * its content.
 */
function addFile(tree: FileTree, file: PlannedFile): void {
  const path = canonicalPath(tree, file.path, "keep");
  const present = tree.get(path);
  const location = present?.type === "directory" ? "a directory" : present && "a file";
  if (present && (present.type === "directory") !== (file.type === "directory"))
    throw invalidFile(`cannot create ${file.path}: this path is ${location} in the image`);
  if (present && file.mode === undefined && file.owner === undefined && file.type === "directory") return;
  for (let parent = path; parent.includes("/"); ) {
    parent = parent.slice(0, parent.lastIndexOf("/"));
    const node = tree.get(parent);
    if (node && node.type !== "directory")
      throw invalidFile(`cannot create ${file.path}: /${parent} is not a directory in the image`);
  }
  put(tree, path, nodeOf(file, ownerOf(tree, file)));
}

function nodeOf(file: PlannedFile, owner: { readonly uid: number; readonly gid: number }): TreeNode {
  if (file.type === "symlink") return { ...symlink(file.target), ...owner };
  const mode = file.mode ?? (file.type === "directory" ? 0o755 : 0o644);
  if (file.type === "directory") return { ...directory(mode), ...owner };
  return { type: "file", mode, ...owner, content: file.content };
}

function ownerOf(tree: FileTree, { path, owner = "0:0" }: PlannedFile): { readonly uid: number; readonly gid: number } {
  const [uid, gid] = owner.split(":");
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  for (const line of (textAt(tree, "etc/passwd") ?? "").split("\n")) {
    const [name, , user, group] = line.split(":");
    if (name === owner) return { uid: Number(user), gid: Number(group) };
  }
  throw invalidFile(`the owner of ${path}, ${owner}, is not a user of the image`);
}

const invalidFile = (message: string): CnbError =>
  new CnbError("BASE_CONFIG_INVALID", message, {
    hint: "Correct the entry of [[files]] in base.toml, or the option --file.",
  });
