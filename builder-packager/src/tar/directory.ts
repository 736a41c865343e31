import { lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { join, posix } from "node:path";
import { CnbError } from "../errors.ts";
import type { TarEntry } from "./entry.ts";

/** Where a directory's files go in an archive, and who owns them there. */
export interface DirectoryPlacement {
  /** The name of the directory itself in the archive, for example `/cnb/lifecycle`. */
  readonly at: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Entries for `dir` and everything below it, stored under `at`.
 *
 * In the order of Go's filepath.Walk (by bytes within each directory). Symbolic links are kept as they are; hard links
 * become plain files; times are the normalised one.
 *
 * @throws CnbError TAR_UNSUPPORTED for sockets, devices, pipes and names that are not UTF-8.
 * @example `await directoryEntries("./dist", { at: "/workspace", uid: 1001, gid: 1000 })`
 */
export async function directoryEntries(dir: string, { at, uid, gid }: DirectoryPlacement): Promise<TarEntry[]> {
  return [...walk(dir, at, { uid, gid })];
}

/**
 * The directories above `path`, outermost first, mode 0755 and owned by root; `path` itself is not among them.
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

type Owner = Pick<DirectoryPlacement, "uid" | "gid">;

// Synchronous calls: a tree of thousands of small files is read several times faster so.
function* walk(file: string, path: string, owner: Owner): Generator<TarEntry, void, undefined> {
  const stats = lstatSync(file);
  yield entryOf(file, path, stats, owner);
  if (!stats.isDirectory()) return;
  for (const name of sortedNames(file)) yield* walk(join(file, name), posix.join(path, name), owner);
}

function entryOf(file: string, path: string, stats: Stats, { uid, gid }: Owner): TarEntry {
  const common = { path, mode: stats.mode & 0o7777, uid, gid };
  if (stats.isFile()) return { ...common, type: "file", content: { file, size: stats.size } };
  if (stats.isDirectory()) return { ...common, type: "directory" };
  if (stats.isSymbolicLink()) return { ...common, type: "symlink", target: linkTarget(file) };
  throw new CnbError("TAR_UNSUPPORTED", `${file} cannot be put into a layer: it is a socket, a pipe or a device`, {
    hint: "Remove it, or leave it out of the directory.",
  });
}

function sortedNames(dir: string): string[] {
  const names = readdirSync(dir);
  for (const name of names) refuseNonUtf8(join(dir, name), name);
  // UTF-16 order differs from the order of bytes, which Go sorts by, only beyond ASCII.
  return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function linkTarget(file: string): string {
  const target = readlinkSync(file);
  refuseNonUtf8(file, target);
  return target;
}

function refuseNonUtf8(file: string, text: string): void {
  if (!text.includes("\uFFFD")) return;
  throw new CnbError("TAR_UNSUPPORTED", `${JSON.stringify(file)} cannot be put into a layer: its name is not UTF-8`, {
    hint: "Rename the file.",
  });
}
