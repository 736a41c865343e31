import { lstat } from "node:fs/promises";
import { join, posix } from "node:path";
import { linkTarget, nameOf, namesIn, onDisk } from "../../files/file-name.ts";
import { readForeignFile } from "../../files/foreign-file.ts";
import { limits } from "../../limits.ts";

/** A host directory that appears at `target` inside the sandbox. */
export interface PathMapping {
  readonly source: string;
  readonly target: string;
}

/** What stands at a path: a symbolic link is followed. */
interface SandboxFile {
  readonly kind: "file" | "directory" | "other";
  /** The path on the host, free of symbolic links that the sandbox could have made. */
  readonly hostPath: string;
  /** The root file system or the mount that the path is in, on the host. */
  readonly root: string;
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
}

/** An entry of a directory. */
interface SandboxEntry {
  readonly isDirectory: boolean;
  readonly hostPath: string;
}

/**
 * Reads files as a process inside the sandbox would see them. Buildpacks and apps are untrusted: a
 * symbolic link to `/etc/shadow` in a layer must lead to the builder's file and not to the host's.
 */
export interface SandboxFiles {
  /** The entry reachable at a path; `undefined` for any failure. */
  find(path: string): Promise<SandboxFile | undefined>;
  /**
   * Like stat(2) in the lifecycle, for which only ENOENT means absence: loops of links, a path
   * through a file or through a directory that its owner cannot enter are errors.
   */
  stat(path: string): Promise<SandboxFile | undefined>;
  /**
   * The entry at the path itself: a final symbolic link is not followed. `undefined` if it does not
   * exist or is unreachable.
   */
  lstat(path: string): Promise<SandboxEntry | undefined>;
  /**
   * Names in a directory, unsorted. Empty if there is no directory; otherwise like `stat`. A
   * directory that its owner cannot read is an error even for root, so that the result of a build
   * does not depend on its user.
   */
  list(path: string): Promise<readonly string[]>;
  /**
   * A file's text; `undefined` if it is missing. Anything other than a file is an error, like those
   * of `stat`.
   */
  readText(path: string): Promise<string | undefined>;
  /** Like `readText`, with a lone surrogate for each byte that is not UTF-8, so that no byte is lost. */
  readBytesAsText(path: string): Promise<string | undefined>;
}

const maxTextBytes = limits.textFile.most;
/** The kernel's own limit of links on one path. */
const maxLinks = limits.links.most;

/** Reads a root file system with the mounts over it. */
export function sandboxFiles(rootfs: string, mounts: readonly PathMapping[]): SandboxFiles {
  const innermost = [...mounts].sort((one, other) => other.target.length - one.target.length);
  const onHost = (path: string) => hostPath(path, rootfs, innermost);
  const resolved = (path: string) => resolveLinks(path, (at) => entryAt(onHost(at), isAboveMount(at, mounts)));
  const find = async (path: string): Promise<SandboxFile | undefined> => {
    const at = await resolved(path);
    return typeof at === "string" ? describe(onHost(at), mountOf(at, innermost)?.source ?? rootfs) : undefined;
  };
  const stat = async (path: string): Promise<SandboxFile | undefined> => {
    const at = await resolved(path);
    if (typeof at === "object") throw new Error(`${path} ${at.problem}`);
    return find(path);
  };
  const read = async (path: string): Promise<Buffer | undefined> => {
    if ((await resolved(path)) === devNull) return Buffer.alloc(0);
    const found = await stat(path);
    if (found === undefined) return undefined;
    if (found.kind !== "file") throw new Error(`${path} is not a file`);
    if (found.size > maxTextBytes)
      throw new Error(`${path} has ${found.size} bytes, more than the limit of ${maxTextBytes}`);
    checkReadable(path, found);
    return readForeignFile(found.hostPath, maxTextBytes, found.root);
  };
  return {
    find,
    stat,
    async lstat(path) {
      const parent = await find(posix.dirname(path));
      if (parent?.kind !== "directory") return undefined;
      const entry = join(parent.hostPath, posix.basename(path));
      const stats = await lstat(onDisk(entry)).catch(() => undefined);
      return stats && { isDirectory: stats.isDirectory(), hostPath: entry };
    },
    async list(path) {
      const found = await stat(path);
      if (found?.kind !== "directory") return [];
      checkReadable(path, found);
      return namesIn(found.hostPath);
    },
    readText: async (path) => (await read(path))?.toString("utf8"),
    async readBytesAsText(path) {
      const bytes = await read(path);
      return bytes && nameOf(bytes);
    },
  };
}

/** The text of a file that decides nothing where it cannot be read, such as an image's /etc/os-release. */
export const textIfReadable = (files: SandboxFiles, path: string): Promise<string | undefined> =>
  files.readText(path).catch(() => undefined);

/** Refuses files that their owner cannot read. */
export function checkReadable(path: string, { mode }: Pick<SandboxFile, "mode">): void {
  if ((mode & 0o400) === 0) throw new Error(`${path} cannot be read: its mode is ${mode.toString(8).padStart(4, "0")}`);
}

const mountOf = (path: string, innermost: readonly PathMapping[]): PathMapping | undefined =>
  innermost.find(({ target }) => path === target || path.startsWith(`${target}/`));

function hostPath(path: string, rootfs: string, innermost: readonly PathMapping[]): string {
  const mount = mountOf(path, innermost);
  return mount ? join(mount.source, path.slice(mount.target.length)) : join(rootfs, path);
}

/** Folders that only a mount needs are made when a sandbox starts. */
const isAboveMount = (path: string, mounts: readonly PathMapping[]): boolean =>
  mounts.some(({ target }) => target.startsWith(`${path}/`));

/** An empty file of each sandbox's own /dev. */
const devNull = "/dev/null";

/** Why a path that exists in part cannot be followed to its end. */
interface Impassable {
  readonly problem: string;
}

type Entry = { readonly kind: "file" | "closed directory" | "directory" } | { readonly link: string } | undefined;

/** The path without symbolic links, component by component; `undefined` where it leads nowhere. */
async function resolveLinks(
  path: string,
  entryAt: (path: string) => Promise<Entry>,
): Promise<string | Impassable | undefined> {
  const todo = path.split("/").filter(Boolean);
  let at = "/";
  for (let links = 0; todo.length > 0; ) {
    if (posix.join(at, ...todo) === devNull) return devNull;
    const next = posix.join(at, todo.shift() ?? "");
    const entry = await entryAt(next);
    if (entry === undefined) return undefined;
    if ("link" in entry) {
      if (++links > maxLinks) return { problem: "has too many levels of symbolic links" };
      todo.unshift(...entry.link.split("/").filter(Boolean));
      if (entry.link.startsWith("/")) at = "/";
    } else if (todo.length > 0 && entry.kind !== "directory") {
      return { problem: entry.kind === "file" ? "leads through a file" : `leads through ${next}, which is closed` };
    } else at = next;
  }
  return at;
}

async function entryAt(path: string, isAboveMount: boolean): Promise<Entry> {
  const stats = await lstat(onDisk(path)).catch(() => undefined);
  if (!stats) return isAboveMount ? { kind: "directory" } : undefined;
  if (stats.isSymbolicLink()) return { link: await linkTarget(path) };
  if (!stats.isDirectory()) return { kind: "file" };
  return { kind: (stats.mode & 0o100) === 0 ? "closed directory" : "directory" };
}

async function describe(path: string, root: string): Promise<SandboxFile | undefined> {
  const stats = await lstat(onDisk(path)).catch(() => undefined);
  if (!stats) return undefined;
  const kind = stats.isFile() ? "file" : stats.isDirectory() ? "directory" : "other";
  return { kind, hostPath: path, root, size: stats.size, mode: stats.mode & 0o7777 };
}
