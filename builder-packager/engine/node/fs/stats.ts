import * as native from "engine:fs";
import { accessModeOf, descriptorOf } from "./flags.ts";
import { checked, pathOf } from "./paths.ts";

type Fields = readonly number[];

const TYPE = 0o170000;

abstract class StatsBase<N extends number | bigint> {
  declare mode: N;

  #is(type: number): boolean {
    return (Number(this.mode) & TYPE) === type;
  }

  isDirectory(): boolean {
    return this.#is(0o040000);
  }

  isFile(): boolean {
    return this.#is(0o100000);
  }

  isBlockDevice(): boolean {
    return this.#is(0o060000);
  }

  isCharacterDevice(): boolean {
    return this.#is(0o020000);
  }

  isSymbolicLink(): boolean {
    return this.#is(0o120000);
  }

  isFIFO(): boolean {
    return this.#is(0o010000);
  }

  isSocket(): boolean {
    return this.#is(0o140000);
  }
}

/**
 * The metadata of a file. The engine does not return the birth time, so ctime replaces it, as in
 * Node.js on file systems without birth times.
 */
export class Stats extends StatsBase<number> {
  declare readonly dev: number;
  declare readonly nlink: number;
  declare readonly uid: number;
  declare readonly gid: number;
  declare readonly rdev: number;
  declare readonly blksize: number;
  declare readonly ino: number;
  declare readonly size: number;
  declare readonly blocks: number;
  declare readonly atimeMs: number;
  declare readonly mtimeMs: number;
  declare readonly ctimeMs: number;
  declare readonly birthtimeMs: number;

  constructor(fields: Fields) {
    super();
    const [dev = 0, mode = 0, nlink = 0, uid = 0, gid = 0, rdev = 0, blksize = 0, ino = 0, size = 0, blocks = 0] =
      fields;
    this.dev = dev;
    this.mode = mode;
    this.nlink = nlink;
    this.uid = uid;
    this.gid = gid;
    this.rdev = rdev;
    this.blksize = blksize;
    this.ino = ino;
    this.size = size;
    this.blocks = blocks;
    this.atimeMs = milliseconds(fields, 10);
    this.mtimeMs = milliseconds(fields, 12);
    this.ctimeMs = milliseconds(fields, 14);
    this.birthtimeMs = this.ctimeMs;
  }

  get atime(): Date {
    return new Date(Math.round(this.atimeMs));
  }

  get mtime(): Date {
    return new Date(Math.round(this.mtimeMs));
  }

  get ctime(): Date {
    return new Date(Math.round(this.ctimeMs));
  }

  get birthtime(): Date {
    return new Date(Math.round(this.birthtimeMs));
  }
}

const milliseconds = (fields: Fields, at: number): number => (fields[at] ?? 0) * 1000 + (fields[at + 1] ?? 0) / 1e6;

const nanoseconds = (fields: Fields, at: number): bigint =>
  BigInt(fields[at] ?? 0) * 1_000_000_000n + BigInt(fields[at + 1] ?? 0);

export class BigIntStats extends StatsBase<bigint> {
  declare readonly dev: bigint;
  declare readonly nlink: bigint;
  declare readonly uid: bigint;
  declare readonly gid: bigint;
  declare readonly rdev: bigint;
  declare readonly blksize: bigint;
  declare readonly ino: bigint;
  declare readonly size: bigint;
  declare readonly blocks: bigint;
  declare readonly atimeMs: bigint;
  declare readonly mtimeMs: bigint;
  declare readonly ctimeMs: bigint;
  declare readonly birthtimeMs: bigint;
  declare readonly atimeNs: bigint;
  declare readonly mtimeNs: bigint;
  declare readonly ctimeNs: bigint;
  declare readonly birthtimeNs: bigint;

  constructor(fields: Fields) {
    super();
    const field = (at: number): bigint => BigInt(fields[at] ?? 0);
    this.dev = field(0);
    this.mode = field(1);
    this.nlink = field(2);
    this.uid = field(3);
    this.gid = field(4);
    this.rdev = field(5);
    this.blksize = field(6);
    this.ino = field(7);
    this.size = field(8);
    this.blocks = field(9);
    const [atime, mtime, ctime] = [nanoseconds(fields, 10), nanoseconds(fields, 12), nanoseconds(fields, 14)];
    this.atimeMs = atime / 1_000_000n;
    this.mtimeMs = mtime / 1_000_000n;
    this.ctimeMs = ctime / 1_000_000n;
    this.birthtimeMs = this.ctimeMs;
    this.atimeNs = atime;
    this.mtimeNs = mtime;
    this.ctimeNs = ctime;
    this.birthtimeNs = ctime;
  }

  get atime(): Date {
    return new Date(Number(this.atimeMs));
  }

  get mtime(): Date {
    return new Date(Number(this.mtimeMs));
  }

  get ctime(): Date {
    return new Date(Number(this.ctimeMs));
  }

  get birthtime(): Date {
    return new Date(Number(this.birthtimeMs));
  }
}

export interface StatOptions {
  readonly bigint?: boolean | undefined;
  readonly throwIfNoEntry?: boolean | undefined;
}

const ENOENT = -2;
const ENOTDIR = -20;

function statsOf(
  result: Fields | number,
  syscall: string,
  path: string | undefined,
  options: StatOptions | undefined,
): Stats | BigIntStats | undefined {
  if (options?.throwIfNoEntry === false && (result === ENOENT || result === ENOTDIR)) {
    return undefined;
  }
  const fields = checked(result, syscall, path);
  return options?.bigint ? new BigIntStats(fields) : new Stats(fields);
}

export function statSync(path: unknown, options?: StatOptions): Stats | BigIntStats | undefined {
  const file = pathOf(path);
  return statsOf(native.stat(file), "stat", file, options);
}

export function lstatSync(path: unknown, options?: StatOptions): Stats | BigIntStats | undefined {
  const file = pathOf(path);
  return statsOf(native.lstat(file), "lstat", file, options);
}

export function fstatSync(fd: number, options?: StatOptions): Stats | BigIntStats | undefined {
  return statsOf(native.fstat(descriptorOf(fd)), "fstat", undefined, options);
}

export function existsSync(path: unknown): boolean {
  try {
    return native.access(pathOf(path), 0) === 0;
  } catch {
    // A path that cannot be one does not exist.
    return false;
  }
}

export function accessSync(path: unknown, mode?: number | null): void {
  const file = pathOf(path);
  checked(native.access(file, accessModeOf(mode)), "access", file);
}
