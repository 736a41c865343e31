import { lstat } from "node:fs/promises";
import { join, posix } from "node:path";
import { linkTarget, namesIn, onDisk } from "../file-name.ts";
import { readForeignFile } from "../foreign-file.ts";
import { limits } from "../limits.ts";

/** A host directory that appears at `target` inside the sandbox. */
export interface Placement {
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

/**
 * Reads files as a process inside the sandbox would see them. Buildpacks and apps are hostile: a symbolic link to
 * `/etc/shadow` that one of them leaves in its layers must lead to the builder's file and not to the host's.
 */
export interface SandboxFiles {
  find(path: string): Promise<SandboxFile | undefined>;
  /** As `find`, but links that lead round in a circle are an error, as for stat(2) and with it for the lifecycle. */
  stat(path: string): Promise<SandboxFile | undefined>;
  /**
   * Names in a directory, sorted by bytes by nobody: sort them. Empty where there is no directory. What its owner may not read
   * is an error also for root, here as below: the outcome of a build does not depend on who runs it.
   */
  list(path: string): Promise<readonly string[]>;
  /** A regular file's text; `undefined` where there is none. */
  readText(path: string): Promise<string | undefined>;
}

const maxTextBytes = limits.textFile.most;
/** The kernel's own limit of links on one path. */
const maxLinks = limits.links.most;

/** Looks into a root file system and what is mounted over it. */
export function sandboxFiles(rootfs: string, mounts: readonly Placement[]): SandboxFiles {
  const innermost = [...mounts].sort((one, other) => other.target.length - one.target.length);
  const onHost = (path: string) => hostPath(path, rootfs, innermost);
  const resolved = (path: string) => resolveLinks(path, (at) => linkAt(onHost(at), isAboveMount(at, mounts)));
  const find = async (path: string): Promise<SandboxFile | undefined> => {
    const at = await resolved(path);
    if (at === undefined || at === inCircles) return undefined;
    return describe(onHost(at), mountOf(at, innermost)?.source ?? rootfs);
  };
  return {
    find,
    async stat(path) {
      if ((await resolved(path)) === inCircles) throw new Error(`${path} has too many levels of symbolic links`);
      return find(path);
    },
    async list(path) {
      const found = await find(path);
      if (found?.kind !== "directory") return [];
      checkReadable(path, found);
      return namesIn(found.hostPath);
    },
    async readText(path) {
      const found = await find(path);
      if (found?.kind !== "file") return undefined;
      if (found.size > maxTextBytes)
        throw new Error(`${path} has ${found.size} bytes, more than the ${maxTextBytes} that are read`);
      checkReadable(path, found);
      return (await readForeignFile(found.hostPath, maxTextBytes, found.root))?.toString("utf8");
    },
  };
}

function checkReadable(path: string, { mode }: SandboxFile): void {
  if ((mode & 0o400) === 0) throw new Error(`${path} cannot be read: its mode is ${mode.toString(8).padStart(4, "0")}`);
}

const mountOf = (path: string, innermost: readonly Placement[]): Placement | undefined =>
  innermost.find(({ target }) => path === target || path.startsWith(`${target}/`));

function hostPath(path: string, rootfs: string, innermost: readonly Placement[]): string {
  const mount = mountOf(path, innermost);
  return mount ? join(mount.source, path.slice(mount.target.length)) : join(rootfs, path);
}

/** Folders that only a mount needs are made when a sandbox starts. */
const isAboveMount = (path: string, mounts: readonly Placement[]): boolean =>
  mounts.some(({ target }) => target.startsWith(`${path}/`));

/** Where links lead that never end. */
const inCircles = Symbol("too many levels of symbolic links");

/** The path without symbolic links, component by component; `undefined` where it leads nowhere. */
async function resolveLinks(
  path: string,
  linkAt: (path: string) => Promise<string | false | undefined>,
): Promise<string | typeof inCircles | undefined> {
  const todo = path.split("/").filter(Boolean);
  let at = "/";
  for (let links = 0; todo.length > 0; ) {
    const next = posix.join(at, todo.shift() ?? "");
    const link = await linkAt(next);
    if (link === undefined) return undefined;
    if (link === false) at = next;
    else if (++links > maxLinks) return inCircles;
    else {
      todo.unshift(...link.split("/").filter(Boolean));
      if (link.startsWith("/")) at = "/";
    }
  }
  return at;
}

/** The target of a link, false for what is no link, undefined for what does not exist. */
async function linkAt(path: string, isAboveMount: boolean): Promise<string | false | undefined> {
  const stats = await lstat(onDisk(path)).catch(() => undefined);
  if (!stats) return isAboveMount ? false : undefined;
  return stats.isSymbolicLink() ? linkTarget(path) : false;
}

async function describe(path: string, root: string): Promise<SandboxFile | undefined> {
  const stats = await lstat(onDisk(path)).catch(() => undefined);
  if (!stats) return undefined;
  const kind = stats.isFile() ? "file" : stats.isDirectory() ? "directory" : "other";
  return { kind, hostPath: path, root, size: stats.size, mode: stats.mode & 0o7777 };
}
