import { type Account, groupText, passwdText } from "./accounts.ts";
import { canonicalPath, directory, type FileTree, fileAt, put, putIfAbsent, symlink, textFile } from "./file-tree.ts";

/**
 * The links that merge `/bin` and its like into `/usr`. Every Debian since bookworm and Ubuntu since jammy demands them;
 * they are there before any package, so that files of packages which still say `/bin` go through them.
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
 * What a usable system needs and what maintainer scripts would have made: folders to mount over, the commands that Debian
 * offers by its alternatives, name service configuration, accounts and the CA bundle. Files of packages are left as they are.
 */
export function addSystemFiles(tree: FileTree, account: Account | undefined, certificates: readonly string[]): void {
  for (const [path, mode] of standardFolders) putIfAbsent(tree, path, directory(mode));
  putIfAbsent(tree, "var/run", symlink("/run"));
  putIfAbsent(tree, "var/lock", symlink("/run/lock"));
  addAlternatives(tree);
  putIfAbsent(tree, "etc/hosts", textFile("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"));
  const nsswitch = textAt(tree, "usr/share/libc-bin/nsswitch.conf") ?? nameServices;
  putIfAbsent(tree, "etc/nsswitch.conf", textFile(nsswitch));
  const bundle = caBundle(tree, certificates);
  if (bundle !== "") putText(tree, "etc/ssl/certs/ca-certificates.crt", bundle);
  addAccounts(tree, account);
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

/** Commands that maintainer scripts link with update-alternatives; the first provider that is there wins. */
const alternatives: readonly (readonly [path: string, providers: readonly string[]])[] = [
  ["usr/bin/sh", ["dash", "bash", "busybox"]],
  ["usr/bin/awk", ["gawk", "mawk", "original-awk", "busybox"]],
  ["usr/bin/which", ["which.debianutils", "which.gnu"]],
  ["usr/bin/nc", ["nc.openbsd", "nc.traditional"]],
  ["usr/bin/pager", ["less", "more"]],
  ["usr/bin/vi", ["vim.basic", "vim.tiny"]],
  ["usr/bin/java", ["../lib/jvm/default-java/bin/java"]],
];

function addAlternatives(tree: FileTree): void {
  for (const [path, providers] of alternatives) {
    const provider = providers.find((name) => tree.has(canonicalPath(tree, `usr/bin/${name}`, "follow")));
    if (provider !== undefined) putIfAbsent(tree, path, symlink(provider));
  }
}

/** libc-bin's defaults; without the file glibc 2.36 asks DNS before it looks into /etc/hosts. */
const nameServices = `passwd:         files
group:          files
shadow:         files

hosts:          files dns
networks:       files

protocols:      files
services:       files
`;

/** What `update-ca-certificates` would make: all certificates of the packages, by name, then those given. */
function caBundle(tree: FileTree, certificates: readonly string[]): string {
  const paths = [...tree.keys()].filter((path) => /^usr\/(local\/)?share\/ca-certificates\/.*\.crt$/.test(path));
  const shipped = paths.sort().map((path) => textAt(tree, path) ?? "");
  return [...shipped, ...certificates].map((text) => `${text.trim()}\n`).join("");
}

const textAt = (tree: FileTree, path: string): string | undefined => {
  const bytes = fileAt(tree, path);
  return bytes && Buffer.from(bytes).toString("utf8");
};

/** Writes a file anew only when it differs, so that an unchanged file stays in the layer below. */
function putText(tree: FileTree, path: string, text: string): void {
  if (textAt(tree, path) !== text) put(tree, path, textFile(text));
}

function addAccounts(tree: FileTree, account: Account | undefined): void {
  const shell = fileAt(tree, "bin/bash") ? "/bin/bash" : "/bin/sh";
  putText(tree, "etc/passwd", passwdText(textAt(tree, "usr/share/base-passwd/passwd.master"), account, shell));
  putText(tree, "etc/group", groupText(textAt(tree, "usr/share/base-passwd/group.master"), account));
  if (account) putIfAbsent(tree, account.home, directory(0o755, account.uid, account.gid));
}
