import * as native from "engine:fs";
import { invalidArgValue, systemError } from "../errors.ts";
import { resolve } from "../path/parts.ts";
import { ftruncateSync } from "./descriptors.ts";
import { accessModeOf, lengthOf, modeOf, ownerOf } from "./flags.ts";
import { checked, nameEncodingOf, nameIn, pathOf } from "./paths.ts";
import { type TimeLike, timeOf } from "./times.ts";

type EncodingOptions = { readonly encoding?: string | null | undefined } | string | null | undefined;

function realpathNative(path: unknown, options?: EncodingOptions): string {
  const file = pathOf(path);
  return nameIn(checked(native.realpath(file), "realpath", file), nameEncodingOf(options)) as string;
}

function realpath(path: unknown, options?: EncodingOptions): string {
  // As in Node.js, other values are converted to texts.
  const isPath = typeof path === "string" || (typeof path === "object" && path !== null && "href" in path);
  const file = pathOf(isPath ? path : `${path}`);
  const result = native.realpath(file);
  if (typeof result === "number") {
    throw systemError(result, "lstat", firstMissing(resolve(file)));
  }
  return nameIn(result, nameEncodingOf(options)) as string;
}

/** Node.js resolves a path part by part, and names the part at which it failed. */
function firstMissing(path: string): string {
  for (let slash = path.indexOf("/", 1); slash !== -1; slash = path.indexOf("/", slash + 1)) {
    const part = path.slice(0, slash);
    if (typeof native.stat(part) === "number") {
      return part;
    }
  }
  return path;
}

export const realpathSync = Object.assign(realpath, { native: realpathNative });

export function unlinkSync(path: unknown): void {
  const file = pathOf(path);
  checked(native.unlink(file), "unlink", file);
}

export function renameSync(from: unknown, to: unknown): void {
  const source = pathOf(from, "oldPath");
  const target = pathOf(to, "newPath");
  checked(native.rename(source, target), "rename", source, target);
}

export function linkSync(from: unknown, to: unknown): void {
  const source = pathOf(from, "existingPath");
  const target = pathOf(to, "newPath");
  checked(native.link(source, target), "link", source, target);
}

const LINK_TYPES: readonly unknown[] = ["dir", "file", "junction", null, undefined];

/** Creates a symbolic link. The type is one of Windows; here it is only checked. */
export function symlinkSync(target: unknown, path: unknown, type?: string | null): void {
  if (!LINK_TYPES.includes(type)) {
    throw invalidArgValue("type", type, "must be one of: 'dir', 'file', 'junction', null, undefined");
  }
  const text = pathOf(target, "target");
  const link = pathOf(path);
  checked(native.symlink(text, link), "symlink", text, link);
}

export function readlinkSync(path: unknown, options?: EncodingOptions): string {
  const link = pathOf(path);
  return nameIn(checked(native.readlink(link), "readlink", link), nameEncodingOf(options)) as string;
}

export function chmodSync(path: unknown, mode: string | number): void {
  const file = pathOf(path);
  checked(native.chmod(file, modeOf(mode, "mode")), "chmod", file);
}

export function chownSync(path: unknown, uid: number, gid: number): void {
  const file = pathOf(path);
  checked(native.chown(file, ownerOf(uid, "uid"), ownerOf(gid, "gid")), "chown", file);
}

export function lchownSync(path: unknown, uid: number, gid: number): void {
  const file = pathOf(path);
  checked(native.lchown(file, ownerOf(uid, "uid"), ownerOf(gid, "gid")), "lchown", file);
}

export function utimesSync(path: unknown, atime: TimeLike, mtime: TimeLike): void {
  const file = pathOf(path);
  checked(native.utimes(file, timeOf(atime), timeOf(mtime), true), "utime", file);
}

export function lutimesSync(path: unknown, atime: TimeLike, mtime: TimeLike): void {
  const file = pathOf(path);
  checked(native.utimes(file, timeOf(atime), timeOf(mtime), false), "lutime", file);
}

/**
 * Copies a file. `mode` consists of `fs.constants.COPYFILE_…`. On a file system that can clone
 * files, the copy is always a clone.
 */
export function copyFileSync(from: unknown, to: unknown, mode?: number | null): void {
  const source = pathOf(from, "src");
  const target = pathOf(to, "dest");
  const isExclusive = (accessModeOf(mode) & 1) === 1;
  checked(native.copyFile(source, target, isExclusive), "copyfile", source, target);
}

export function truncateSync(path: unknown, length = 0): void {
  const file = pathOf(path);
  const wanted = lengthOf(length);
  const fd = checked<number>(native.open(file, 2, 0o666), "open", file);
  try {
    ftruncateSync(fd, wanted);
  } finally {
    native.close(fd);
  }
}

export interface StatFs {
  readonly type: number | bigint;
  readonly bsize: number | bigint;
  readonly frsize: number | bigint;
  readonly blocks: number | bigint;
  readonly bfree: number | bigint;
  readonly bavail: number | bigint;
  readonly files: number | bigint;
  readonly ffree: number | bigint;
}

export function statfsSync(path: unknown, options?: { readonly bigint?: boolean }): StatFs {
  const file = pathOf(path);
  const fields = checked(native.statfs(file), "statfs", file);
  const field = (at: number): number | bigint => (options?.bigint ? BigInt(fields[at] ?? 0) : (fields[at] ?? 0));
  return {
    type: field(0),
    bsize: field(1),
    frsize: field(1),
    blocks: field(2),
    bfree: field(3),
    bavail: field(4),
    files: field(5),
    ffree: field(6),
  };
}
