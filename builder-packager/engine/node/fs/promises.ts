import { lazily } from "../internal/lazy.ts";
import { inTurn } from "../internal/turns.ts";
import { constants } from "./constants.ts";
import type * as copying from "./cp.ts";
import type { CpOptions } from "./cp.ts";
import { type MkdirOptions, mkdirSync, mkdtempSync, type ReaddirOptions, readdirSync } from "./directories.ts";
import type { Dirent } from "./dirent.ts";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  lchownSync,
  linkSync,
  lutimesSync,
  readlinkSync,
  realpathSync,
  renameSync,
  type StatFs,
  statfsSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
} from "./entries.ts";
import { appendFile, FileHandle, open, refuseAborted, writeFile } from "./file-handle.ts";
import { fileOptions } from "./flags.ts";
import type * as globbing from "./glob.ts";
import type { GlobOptions } from "./glob.ts";
import { type Dir, type OpendirOptions, opendirSync } from "./opendir.ts";
import { readFileSync } from "./read.ts";
import type * as removing from "./rm.ts";
import type { RmOptions } from "./rm.ts";
import { accessSync, type BigIntStats, lstatSync, type StatOptions, type Stats, statSync } from "./stats.ts";
import type { TimeLike } from "./times.ts";

/*
 * `node:fs/promises`. The operations are those of the synchronous functions: files are in the page cache or written to it,
 * so a thread would cost more than it saves. What waits for something else (pipes, children, the network) is asynchronous.
 */

type Name = { readonly encoding?: string | null } | string | null;

export { appendFile, constants, open, writeFile };

const copy = lazily<typeof copying, "cp">("fs/cp", "cp");
const globSync = lazily<typeof globbing, "globSync">("fs/glob", "globSync");
const rmdirSync = lazily<typeof removing, "rmdirSync">("fs/rm", "rmdirSync");
const rmSync = lazily<typeof removing, "rmSync">("fs/rm", "rmSync");

export const access = (path: unknown, mode?: number): Promise<void> => inTurn(() => accessSync(path, mode));

export const chmod = (path: unknown, mode: string | number): Promise<void> => inTurn(() => chmodSync(path, mode));

export const chown = (path: unknown, uid: number, gid: number): Promise<void> =>
  inTurn(() => chownSync(path, uid, gid));

export const copyFile = (from: unknown, to: unknown, mode?: number): Promise<void> =>
  inTurn(() => copyFileSync(from, to, mode));

export const cp = (from: unknown, to: unknown, options?: CpOptions): Promise<void> =>
  inTurn(() => copy(from, to, options));

export async function* glob(
  pattern: string | readonly string[],
  options?: GlobOptions,
): AsyncGenerator<string | Dirent, void, void> {
  const found = await inTurn(() => globSync(pattern, options));
  for (const each of found) {
    yield await inTurn(() => each);
  }
}

export const lchown = (path: unknown, uid: number, gid: number): Promise<void> =>
  inTurn(() => lchownSync(path, uid, gid));

export const link = (from: unknown, to: unknown): Promise<void> => inTurn(() => linkSync(from, to));

export const lstat = (path: unknown, options?: StatOptions): Promise<Stats | BigIntStats | undefined> =>
  inTurn(() => lstatSync(path, options && { bigint: options.bigint }));

export const lutimes = (path: unknown, atime: TimeLike, mtime: TimeLike): Promise<void> =>
  inTurn(() => lutimesSync(path, atime, mtime));

export const mkdir = (path: unknown, options?: MkdirOptions | string | number | null): Promise<string | undefined> =>
  inTurn(() => mkdirSync(path, options, "mode"));

export const mkdtemp = (prefix: unknown, options?: Name): Promise<string> => inTurn(() => mkdtempSync(prefix, options));

export const opendir = (path: unknown, options?: OpendirOptions | string | null): Promise<Dir> =>
  inTurn(() => opendirSync(path, options));

export const readdir = (
  path: unknown,
  options?: ReaddirOptions | string | null,
): Promise<string[] | Buffer[] | Dirent[] | (string | Buffer)[]> =>
  // Unlike the other functions, Node.js does not check this option here.
  inTurn(() =>
    readdirSync(
      path,
      typeof options === "object" && options ? { ...options, recursive: Boolean(options.recursive) } : options,
    ),
  );

export const readFile = (path: unknown, options?: unknown): Promise<string | Buffer> =>
  inTurn(() => {
    refuseAborted(fileOptions(options).signal);
    return path instanceof FileHandle ? path.readFile(options) : readFileSync(path, options);
  });

export const readlink = (path: unknown, options?: Name): Promise<string> => inTurn(() => readlinkSync(path, options));

export const realpath = (path: unknown, options?: Name): Promise<string> =>
  inTurn(() => realpathSync.native(path, options));

export const rename = (from: unknown, to: unknown): Promise<void> => inTurn(() => renameSync(from, to));

export const rm = (path: unknown, options?: RmOptions): Promise<void> => inTurn(() => rmSync(path, options));

export const rmdir = (path: unknown, options?: RmOptions): Promise<void> => inTurn(() => rmdirSync(path, options));

export const stat = (path: unknown, options?: StatOptions): Promise<Stats | BigIntStats | undefined> =>
  inTurn(() => statSync(path, options));

export const statfs = (path: unknown, options?: { readonly bigint?: boolean }): Promise<StatFs> =>
  inTurn(() => statfsSync(path, options));

export const symlink = (target: unknown, path: unknown, type?: string | null): Promise<void> =>
  inTurn(() => symlinkSync(target, path, type));

export const truncate = (path: unknown, length?: number): Promise<void> => inTurn(() => truncateSync(path, length));

export const unlink = (path: unknown): Promise<void> => inTurn(() => unlinkSync(path));

export const utimes = (path: unknown, atime: TimeLike, mtime: TimeLike): Promise<void> =>
  inTurn(() => utimesSync(path, atime, mtime));

export default {
  access,
  appendFile,
  chmod,
  chown,
  constants,
  copyFile,
  cp,
  glob,
  lchown,
  link,
  lstat,
  lutimes,
  mkdir,
  mkdtemp,
  open,
  opendir,
  readFile,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
};
