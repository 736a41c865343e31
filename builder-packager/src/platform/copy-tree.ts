import { constants, type Dirent } from "node:fs";
import { chmod, copyFile, lchown, mkdir, readdir, readlink, stat, symlink } from "node:fs/promises";
import { join } from "node:path";

/** How a directory tree is copied. */
export interface CopyOptions {
  /** Permission bits of the copy. @default those of the original */
  readonly mode?: (mode: number, kind: "file" | "directory") => number;
  /** Owner of the copy; needs root. @default whoever copies */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** Whether to copy a path relative to the tree's root. @default everything */
  readonly include?: (path: string) => boolean;
  /** Called for sockets, pipes and devices, which are not copied. */
  readonly onSkipped?: (path: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Copies run side by side: latency, not work, is what copying small files costs. */
const parallel = 32;

/**
 * Copies a directory tree; `target` must not exist. Symbolic links stay as they are, times are not kept,
 * contents are cloned where the file system can.
 *
 * @example `await copyTree("./app", "/tmp/work/app", { mode: (mode) => mode & ~0o022 })`
 */
export async function copyTree(source: string, target: string, options: CopyOptions = {}): Promise<void> {
  const jobs: (() => Promise<void>)[] = [];
  const directories: (() => Promise<void>)[] = [];
  await collect({ source, target, path: "", options, jobs, directories });
  await runAll(jobs, options.signal);
  // Deepest first: a directory may become unwritable only when it is complete.
  for (const finish of directories.reverse()) await finish();
}

interface Walk {
  readonly source: string;
  readonly target: string;
  readonly path: string;
  readonly options: CopyOptions;
  readonly jobs: (() => Promise<void>)[];
  readonly directories: (() => Promise<void>)[];
}

async function collect(walk: Walk): Promise<void> {
  const { source, target, options } = walk;
  options.signal?.throwIfAborted();
  const { mode } = await stat(source);
  await mkdir(target, { recursive: walk.path === "", mode: 0o700 });
  walk.directories.push(() => finish(target, options, options.mode?.(mode & 0o7777, "directory") ?? mode & 0o7777));
  for (const entry of await readdir(source, { withFileTypes: true })) await collectEntry(walk, entry);
}

async function collectEntry(walk: Walk, entry: Dirent): Promise<void> {
  const path = walk.path === "" ? entry.name : `${walk.path}/${entry.name}`;
  const [from, to] = [join(walk.source, entry.name), join(walk.target, entry.name)];
  const { options, jobs } = walk;
  if (options.include?.(path) === false) return;
  if (entry.isDirectory()) await collect({ ...walk, source: from, target: to, path });
  else if (entry.isFile()) jobs.push(() => copyOne(from, to, options));
  else if (entry.isSymbolicLink()) jobs.push(() => copyLink(from, to, options));
  else options.onSkipped?.(path);
}

async function copyOne(from: string, to: string, options: CopyOptions): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  // copyFile keeps the permission bits, less those that the umask takes.
  const mode = (await stat(from)).mode & 0o7777;
  await finish(to, options, options.mode?.(mode, "file") ?? mode);
}

async function copyLink(from: string, to: string, { owner }: CopyOptions): Promise<void> {
  await symlink(await readlink(from), to);
  if (owner) await lchown(to, owner.uid, owner.gid);
}

/** The owner first: changing it clears the setuid bits. */
async function finish(path: string, { owner }: CopyOptions, mode: number): Promise<void> {
  if (owner) await lchown(path, owner.uid, owner.gid);
  await chmod(path, mode);
}

async function runAll(jobs: readonly (() => Promise<void>)[], signal: AbortSignal | undefined): Promise<void> {
  const queue = jobs.values();
  const worker = async () => {
    for (const job of queue) {
      signal?.throwIfAborted();
      await job();
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}
