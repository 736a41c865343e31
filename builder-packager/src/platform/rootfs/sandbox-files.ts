import type { Stats } from "node:fs";
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

/** A file or directory at a path, with symbolic links followed. */
interface SandboxFile {
  readonly kind: "file" | "directory" | "other";
  /** The path on the host. It contains no symbolic links that were created in the sandbox. */
  readonly hostPath: string;
  /** The root file system or mount source on the host that contains the file. */
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
  /** Returns the entry at a path, after following links. Returns undefined on any failure. */
  find(path: string): Promise<SandboxFile | undefined>;
  /**
   * Like stat(2). As in the lifecycle, only ENOENT means that the path does not exist. A loop of
   * links, a path through a file, or a path through a directory that its owner cannot enter is an
   * error.
   */
  stat(path: string): Promise<SandboxFile | undefined>;
  /**
   * Returns the entry at the path itself. A link at the end of the path is not followed.
   * `undefined` if the entry does not exist or is unreachable.
   */
  lstat(path: string): Promise<SandboxEntry | undefined>;
  /**
   * Returns the names in a directory, unsorted. Empty if the directory does not exist; other errors
   * are those of `stat`. A directory that its owner cannot read is an error even for root, so that
   * the result of a build does not depend on the user.
   */
  list(path: string): Promise<readonly string[]>;
  /**
   * Returns the text of a file; `undefined` if it does not exist. Throws for anything other than a
   * file, and in the cases in which `stat` throws.
   */
  readText(path: string): Promise<string | undefined>;
  /**
   * Like `readText`. A byte that is not UTF-8 becomes a lone surrogate, so that no byte is lost.
   */
  readBytesAsText(path: string): Promise<string | undefined>;
}

const maxTextBytes = limits.textFile.most;
/** The limit of symbolic links on one path, as in the kernel. */
const maxLinks = limits.links.most;

/** Creates a reader for a root file system with mounts. */
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

/**
 * Reads an optional file, such as an image's /etc/os-release. Returns undefined if it cannot be
 * read.
 */
export const textIfReadable = (files: SandboxFiles, path: string): Promise<string | undefined> =>
  files.readText(path).catch(() => undefined);

/** Refuses a file that its owner cannot read. */
export function checkReadable(path: string, { mode }: Pick<SandboxFile, "mode">): void {
  if ((mode & 0o400) === 0) throw new Error(`${path} cannot be read: its mode is ${mode.toString(8).padStart(4, "0")}`);
}

const mountOf = (path: string, innermost: readonly PathMapping[]): PathMapping | undefined =>
  innermost.find(({ target }) => path === target || path.startsWith(`${target}/`));

function hostPath(path: string, rootfs: string, innermost: readonly PathMapping[]): string {
  const mount = mountOf(path, innermost);
  return mount ? join(mount.source, path.slice(mount.target.length)) : join(rootfs, path);
}

/**
 * True if a mount point is below this path. The sandbox creates such directories when it starts.
 */
const isAboveMount = (path: string, mounts: readonly PathMapping[]): boolean =>
  mounts.some(({ target }) => target.startsWith(`${path}/`));

/** Reads as an empty file: each sandbox has its own /dev. */
const devNull = "/dev/null";

/** The reason why a path cannot be followed to its end, although a part of it exists. */
interface Impassable {
  readonly problem: string;
}

type Entry = { readonly kind: "file" | "closed directory" | "directory" } | { readonly link: string } | undefined;

/**
 * Resolves the symbolic links of a path, component by component. Returns undefined if it does not
 * exist.
 */
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
      return {
        problem:
          entry.kind === "file"
            ? `leads through ${next}, which is a file`
            : `leads through ${next}, a directory without execute permission`,
      };
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
  return { kind: kindOf(stats), hostPath: path, root, size: stats.size, mode: stats.mode & 0o7777 };
}

function kindOf(stats: Stats): SandboxFile["kind"] {
  if (stats.isFile()) return "file";
  return stats.isDirectory() ? "directory" : "other";
}
