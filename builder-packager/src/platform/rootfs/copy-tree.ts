import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  rmdirSync,
  type Stats,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { entriesIn, linkTarget, namesIn, onDisk } from "../../files/file-name.ts";
import { type EntryBudget, layerBudget } from "../../tar/entry-budget.ts";
import { walkByPath } from "../../tar/path-length.ts";
import { inTurns, turns } from "../../turns.ts";

/** The user and group that own a copied file. */
export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Options for copying a directory tree. */
export interface CopyOptions {
  /** Returns the permission bits of the copy. @default those of the original */
  readonly mode?: (mode: number, kind: "file" | "directory") => number;
  /** The owner of the copy, which only root can set. @default the invoking user */
  readonly owner?: FileOwner | undefined;
  /** Called for each socket, pipe or device, because they are not copied. */
  readonly onSkipped?: (path: string) => void;
  /** Returns true for a path below the source that is not copied. */
  readonly isExcluded?: (path: string, kind: "file" | "directory") => boolean;
  /**
   * Returns true if a directory is created even if none of its content was copied. @default true
   * for all
   */
  readonly keepsEmpty?: (path: string) => boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Plan {
  readonly files: (readonly [from: string, to: string, mode: number])[];
  readonly links: string[];
  /** Parents before their children. */
  readonly directories: (readonly [dir: string, mode: number])[];
  readonly budget: EntryBudget;
  visited: number;
}

/**
 * Entries between two yields. In a deep tree, each yield passes through all levels of the
 * recursion.
 */
const entriesPerStep = 64;

/**
 * True if this process can neither change the mode of a directory nor its owner. In a pod, a volume
 * belongs to root, and every user can write to it.
 */
export const belongsToAnother = (dir: string): boolean => {
  const own = process.getuid?.() ?? 0;
  return own !== 0 && lstatSync(onDisk(dir)).uid !== own;
};

/**
 * Copies a directory tree. `target` must be missing or empty, and keeps its mode if it belongs to
 * another user. Symbolic links are copied as links, and times are not preserved. File contents are
 * cloned if the file system supports it.
 *
 * @throws CnbError PATH_TOO_LONG or TAR_TOO_LARGE, before a file is copied.
 * @example `await copyTree("./app", "/tmp/work/app", { mode: (mode) => mode & ~0o022 })`
 */
export async function copyTree(source: string, target: string, options: CopyOptions = {}): Promise<void> {
  const plan: Plan = { files: [], links: [], directories: [], budget: layerBudget(source), visited: 0 };
  await walkByPath(source, collect(source, target, "", options, plan), options.signal);
  await eachOf(plan.files, options.signal, (file) => copyOne(file, options));
  const { owner } = options;
  if (owner) await eachOf(plan.links, options.signal, (link) => lchownSync(onDisk(link), owner.uid, owner.gid));
  // Deepest first: a directory may become unwritable only when it is complete.
  await eachOf(plan.directories.reverse(), options.signal, ([dir, mode]) => {
    if (dir !== target || !belongsToAnother(dir)) finish(dir, mode, options);
  });
}

// Synchronous calls: listing thousands of files is several times faster so.
function* collect(
  source: string,
  target: string,
  path: string,
  options: CopyOptions,
  plan: Plan,
): Generator<void, void, undefined> {
  const mode = lstatSync(onDisk(source)).mode & 0o7777;
  mkdirSync(onDisk(target), { recursive: path === "", mode: 0o700 });
  plan.directories.push([target, options.mode?.(mode, "directory") ?? mode]);
  const before = entriesOf(plan);
  for (const name of namesIn(source)) {
    if (++plan.visited % entriesPerStep === 0) yield;
    const [from, to, at] = [join(source, name), join(target, name), path === "" ? name : `${path}/${name}`];
    const stats = lstatSync(onDisk(from));
    if (options.isExcluded?.(at, stats.isDirectory() ? "directory" : "file")) continue;
    plan.budget.take(at);
    if (stats.isDirectory()) yield* collect(from, to, at, options, plan);
    else collectFile(from, to, at, stats, options, plan);
  }
  if (path !== "" && entriesOf(plan) === before && options.keepsEmpty?.(path) === false) removeLast(plan);
}

const entriesOf = ({ files, links, directories }: Plan): number => files.length + links.length + directories.length;

function removeLast({ directories }: Plan): void {
  const last = directories.pop();
  if (last) rmdirSync(onDisk(last[0]));
}

function collectFile(from: string, to: string, path: string, stats: Stats, options: CopyOptions, plan: Plan): void {
  if (stats.isFile()) plan.files.push([from, to, stats.mode & 0o7777]);
  else if (!stats.isSymbolicLink()) options.onSkipped?.(path);
  else {
    symlinkSync(onDisk(linkTarget(from)), onDisk(to));
    plan.links.push(to);
  }
}

function copyOne([source, target, original]: Plan["files"][number], options: CopyOptions): void {
  const [from, to] = [onDisk(source), onDisk(target)];
  // Keeps the permission bits whatever the umask.
  copyFileSync(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  const mode = options.mode?.(original, "file") ?? original;
  const { owner } = options;
  if (owner) lchownSync(to, owner.uid, owner.gid);
  // A change of the owner clears the setuid bits.
  if (mode !== original || (owner && mode & 0o6000)) chmodSync(to, mode);
}

function finish(dir: string, mode: number, { owner }: CopyOptions): void {
  if (owner) lchownSync(onDisk(dir), owner.uid, owner.gid);
  chmodSync(onDisk(dir), mode);
}

/**
 * Processes items one after the other with synchronous calls. Threads that create files in one
 * directory wait for each other in the kernel, which was measured to be four times slower.
 */
async function eachOf<Item>(
  items: readonly Item[],
  signal: AbortSignal | undefined,
  work: (item: Item) => void,
): Promise<void> {
  const turn = turns(signal);
  for (const item of items) {
    await turn();
    work(item);
  }
}

/**
 * Makes a private tree writable for its owner, and changes the owner if one is given. For a
 * symbolic link, the owner of the link is changed, not the owner of its target.
 */
export const giveTree = (dir: string, owner: FileOwner | undefined, signal?: AbortSignal): Promise<void> =>
  inTurns(give(dir, owner), signal);

function* give(dir: string, owner: FileOwner | undefined): Generator<void, void, undefined> {
  yield;
  if (owner) lchownSync(onDisk(dir), owner.uid, owner.gid);
  if (!belongsToAnother(dir)) makeWritable(dir);
  for (const entry of entriesIn(dir)) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* give(path, owner);
    else {
      if (owner) lchownSync(onDisk(path), owner.uid, owner.gid);
      if (entry.isFile()) makeWritable(path);
    }
  }
}

function makeWritable(path: string): void {
  const file = onDisk(path);
  chmodSync(file, (lstatSync(file).mode & 0o7777) | 0o200);
}
