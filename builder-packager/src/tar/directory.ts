import { lstatSync, type Stats } from "node:fs";
import { join, posix } from "node:path";
import { CnbError } from "../errors.ts";
import { byName, linkTarget, namesIn, onDisk, shownName } from "../files/file-name.ts";
import type { TarEntry } from "./entry.ts";
import { type EntryBudget, layerBudget } from "./entry-budget.ts";
import { walkByPath } from "./path-length.ts";

/** The path of a directory in an archive, and the owner of its files. */
export interface DirectoryLocation {
  /** The path that the directory gets in the archive, for example `/cnb/lifecycle`. */
  readonly at: string;
  readonly uid: number;
  readonly gid: number;
  /**
   * `lifecycle` applies the rules of the lifecycle: pipes and devices become members, and sockets
   * are omitted. A file that its owner cannot read is an error, even for root, because the
   * lifecycle exports as the owner. @default pipes, devices and sockets are refused
   */
  readonly rules?: "lifecycle";
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists the entries for `dir` and everything below it, with paths below `at`.
 *
 * The order is that of Go's filepath.Walk: by bytes within each directory. Symbolic links are not
 * followed, hard links become regular files, and all entries have the time `normalizedMtime`.
 *
 * @throws CnbError TAR_UNSUPPORTED for sockets, devices and pipes, EXPORT_FAILED with the
 * lifecycle's rules, PATH_TOO_LONG, TAR_TOO_LARGE; the reason of `signal`.
 * @example `await directoryEntries("./dist", { at: "/workspace", uid: 1001, gid: 1000 })`
 */
export async function directoryEntries(dir: string, { at, signal, ...how }: DirectoryLocation): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  await walkByPath(dir, walk(dir, at, { ...how, budget: layerBudget(dir) }, entries), signal);
  return entries;
}

/**
 * Lists the entries for the directories above `path`, outermost first, with mode 0755 and owned by
 * root. `path` itself is not included.
 *
 * @example `parentEntries("/a/b/c") // directories "/a" and "/a/b"`
 */
export function parentEntries(path: string): TarEntry[] {
  const names = path.split("/").filter((name) => name !== "");
  const root = path.startsWith("/") ? "/" : "";
  return names.slice(0, -1).map((_, index) => ({
    type: "directory",
    path: root + names.slice(0, index + 1).join("/"),
    mode: 0o755,
    uid: 0,
    gid: 0,
  }));
}

interface How extends Omit<DirectoryLocation, "at" | "signal"> {
  readonly budget: EntryBudget;
}

/**
 * Entries between two yields. In a deep tree, each yield passes through all levels of the
 * recursion.
 */
const entriesPerStep = 64;

// Synchronous calls: a tree of thousands of small files is read several times faster so.
function* walk(file: string, path: string, how: How, entries: TarEntry[]): Generator<void, void, undefined> {
  if (entries.length % entriesPerStep === 0) yield;
  how.budget.take(path);
  const stats = lstatSync(onDisk(file));
  const isStrict = how.rules === "lifecycle";
  if (isStrict && !stats.isSymbolicLink()) checkReadable(path, stats, 0o400);
  entries.push(...entryOf(file, path, stats, how));
  if (!stats.isDirectory()) return;
  const names = namesIn(file).sort(byName);
  if (isStrict && names.length > 0) checkReadable(path, stats, 0o100);
  for (const name of names) yield* walk(join(file, name), posix.join(path, name), how, entries);
}

function* entryOf(file: string, path: string, stats: Stats, { uid, gid, rules }: How): Generator<TarEntry> {
  const common = { path, mode: stats.mode & 0o7777, uid, gid };
  if (stats.isFile()) yield { ...common, type: "file", content: { file, size: stats.size } };
  else if (stats.isDirectory()) yield { ...common, type: "directory" };
  else if (stats.isSymbolicLink()) yield { ...common, type: "symlink", target: linkTarget(file) };
  else if (rules === "lifecycle") yield* specialEntry(common, stats);
  else
    throw new CnbError("TAR_UNSUPPORTED", `${file} cannot be put into a layer: it is a socket, a pipe or a device`, {
      hint: `Remove ${file}, or move it out of the directory.`,
    });
}

function checkReadable(path: string, stats: Stats, needed: number): void {
  if ((stats.mode & needed) !== 0 || !(stats.isFile() || stats.isDirectory())) return;
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, "0");
  throw new CnbError("EXPORT_FAILED", `${shownName(path)} cannot be put into a layer: its mode is ${mode}`, {
    hint: `The owner needs ${stats.isDirectory() ? "read and execute permission for this directory" : "read permission for this file"}. Change the mode in the buildpack that creates it.`,
  });
}

/**
 * The entry of a pipe or device. Sockets are omitted: tar has no type for them, and they are
 * useless without their process.
 */
function* specialEntry(common: Pick<TarEntry, "path" | "mode" | "uid" | "gid">, stats: Stats): Generator<TarEntry> {
  if (stats.isFIFO()) yield { ...common, type: "fifo" };
  else if (!stats.isSocket())
    yield { ...common, type: stats.isBlockDevice() ? "block-device" : "character-device", ...deviceNumbers(stats) };
}

/** The device numbers, decoded as glibc's makedev() encodes them. */
function deviceNumbers({ rdev }: Stats): { readonly devmajor: number; readonly devminor: number } {
  const [high, low] = [Math.floor(rdev / 2 ** 32), rdev >>> 0];
  return {
    devmajor: ((high & 0xfffff000) >>> 0) + ((low >>> 8) & 0xfff),
    devminor: (high & 0xfff) * 2 ** 20 + ((low >>> 12) & 0xfff00) + (low & 0xff),
  };
}
