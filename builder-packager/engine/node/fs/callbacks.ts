import { setImmediate } from "engine:loop";
import { Buffer } from "../buffer/class.ts";
import { AbortError, invalidArgType } from "../errors.ts";
import { checkFunction } from "../internal/checks.ts";
import { cp as copy } from "./cp.ts";
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  openSync,
  readSync,
  viewOf,
  writeSync,
} from "./descriptors.ts";
import { mkdirSync, mkdtempSync, readdirSync } from "./directories.ts";
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
  statfsSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
} from "./entries.ts";
import { globSync } from "./glob.ts";
import { opendirSync } from "./opendir.ts";
import { readFileSync } from "./read.ts";
import { rmdirSync, rmSync } from "./rm.ts";
import { accessSync, existsSync, fstatSync, lstatSync, statSync } from "./stats.ts";
import { appendFileSync, writeFileSync } from "./write.ts";

/*
 * The functions with callbacks, for npm packages such as yauzl. They run the synchronous function and call back in the next
 * turn. As in Node.js, wrong arguments throw at once.
 */

type Callback = (error: Error | null, ...results: unknown[]) => void;
// biome-ignore lint/suspicious/noExplicitAny: each function has its own arguments
type Operation = (...args: any[]) => unknown;
type WithCallback = (...args: unknown[]) => void;

interface Form {
  /** The number of arguments before the callback that may be left out. */
  readonly optional?: 0 | 1 | 2;
  /** True if the callback receives the result. */
  readonly hasResult?: boolean;
  /** True if Node.js takes the last argument for the callback, of whichever type it is. */
  readonly isLast?: boolean;
  /** The callback's name in an error. */
  readonly name?: string;
}

/** Creates the function that calls back after an operation, which needs a number of arguments. */
const later = (
  operation: Operation,
  required: number,
  { optional = 0, hasResult = false, isLast = false, name = "cb" }: Form = {},
): WithCallback =>
  function callLater(...args) {
    const last = required + optional;
    const found = args.findIndex((each, index) => index >= required && index < last && typeof each === "function");
    const at = found === -1 ? last : found;
    const callback = args[at] ?? (isLast ? args.slice(required).at(-1) : undefined);
    checkFunction(callback, name);
    finish(callback as Callback, () => {
      const result = operation(...args.slice(0, at));
      return hasResult ? [result] : [];
    });
  };

function finish(callback: Callback, operation: () => readonly unknown[], onError: readonly unknown[] = []): void {
  let error: Error | null = null;
  let results: readonly unknown[] = [];
  try {
    results = operation();
  } catch (thrown) {
    if (isArgumentError(thrown)) {
      throw thrown;
    }
    error = thrown as Error;
  }
  setImmediate(() => (error === null ? callback(null, ...results) : callback(error, ...onError)));
}

/** True for an error that says that an argument is wrong; the others say that the operation failed. */
const isArgumentError = (error: unknown): boolean =>
  (error instanceof TypeError || error instanceof RangeError) && "code" in error;

export const access = later(accessSync, 1, { optional: 1 });
export const appendFile = later(appendFileSync, 2, { optional: 1, isLast: true });
export const chmod = later(chmodSync, 2);
export const chown = later(chownSync, 3);
export const copyFile = later(copyFileSync, 2, { optional: 1 });
export const fchmod = later(fchmodSync, 2);
export const fchown = later(fchownSync, 3);
export const fdatasync = later(fdatasyncSync, 1);
export const fstat = later(fstatSync, 1, { optional: 1, hasResult: true });
export const fsync = later(fsyncSync, 1);
export const ftruncate = later(ftruncateSync, 1, { optional: 1 });
export const futimes = later(futimesSync, 3);
export const glob = later(globSync, 1, { optional: 1, hasResult: true });
export const lchown = later(lchownSync, 3);
export const link = later(linkSync, 2);
export const lstat = later(
  (path: unknown, options?: { readonly bigint?: boolean }) => lstatSync(path, options && { bigint: options.bigint }),
  1,
  { optional: 1, hasResult: true },
);
export const lutimes = later(lutimesSync, 3);
export const mkdtemp = later(mkdtempSync, 1, { optional: 1, hasResult: true });
export const open = later((path: unknown, flags = "r", mode?: number) => openSync(path, flags, mode), 1, {
  optional: 2,
  hasResult: true,
  isLast: true,
});
export const opendir = later(opendirSync, 1, { optional: 1, hasResult: true, name: "callback" });
export const readFile = abortable(later(readFileSync, 1, { optional: 1, hasResult: true, isLast: true }));
export const readdir = later(readdirSync, 1, { optional: 1, hasResult: true });
export const readlink = later(readlinkSync, 1, { optional: 1, hasResult: true });
export const realpath = later(realpathSync, 1, { optional: 1, hasResult: true });
export const realpathNative = later(realpathSync.native, 1, { optional: 1, hasResult: true });
export const rename = later(renameSync, 2);
export const rm = later(rmSync, 1, { optional: 1 });
export const rmdir = later(rmdirSync, 1, { optional: 1 });
export const stat = later(statSync, 1, { optional: 1, hasResult: true });
export const statfs = later(statfsSync, 1, { optional: 1, hasResult: true });
export const symlink = later(symlinkSync, 2, { optional: 1 });
export const truncate = later(truncateSync, 1, { optional: 1 });
export const unlink = later(unlinkSync, 1);
export const utimes = later(utimesSync, 3);
export const writeFile = abortable(later(writeFileSync, 2, { optional: 1, isLast: true }));

/** Refuses an operation that is aborted before it begins: as in Node.js, the callback is called at once. */
function abortable(operation: WithCallback): WithCallback {
  return (...args) => {
    const signal = args.map((each) => (each as { signal?: AbortSignal } | undefined)?.signal).find(Boolean);
    const callback = args.at(-1);
    if (signal?.aborted && typeof callback === "function") {
      callback(new AbortError(undefined, { cause: signal.reason }));
    } else {
      operation(...args);
    }
  };
}

/** `fs.mkdir`: the callback receives a result only if directories were made recursively. */
export function mkdir(...args: unknown[]): void {
  const callback = args.find((each) => typeof each === "function") as Callback | undefined;
  const received: Callback = (error, made) => (made === undefined ? callback?.(error) : callback?.(error, made));
  const given = args.map((each) => (each === callback ? received : each));
  later(mkdirSync, 1, { optional: 1, hasResult: true })(...given);
}

/** `fs.close`: the callback may be missing; then an error is one that nobody catches. */
export function close(fd: number, callback?: Callback): void {
  if (callback === undefined) {
    later(closeSync, 1)(fd, (error: Error | null) => {
      if (error !== null) {
        throw error;
      }
    });
  } else {
    later(closeSync, 1)(fd, callback);
  }
}

/** `fs.exists`: the callback receives only a boolean, and no error. */
export function exists(path: unknown, callback: (exists: boolean) => void): void {
  checkFunction(callback, "cb");
  const isPresent = existsSync(path);
  setImmediate(() => callback(isPresent));
}

interface ReadOptions {
  readonly buffer?: ArrayBufferView;
  readonly offset?: number | null;
  readonly length?: number | null;
  readonly position?: number | bigint | null;
}

const PIECE = 16_384;

/**
 * `fs.read`: the callback receives an error, the number of bytes and the buffer. All arguments between the descriptor and the
 * callback may be missing; options may take their place.
 */
export function read(fd: number, ...args: unknown[]): void {
  const callback = args.length > 3 ? args[4] : args.pop();
  const [first, second, length, position] = args;
  const isOnly = args.length === 1 && !ArrayBuffer.isView(first);
  const options = (isOnly ? first : second) as ReadOptions | number | null | undefined;
  const isObject = isOnly || (args.length <= 2 && typeof options === "object");
  if (isObject && options !== undefined && (typeof options !== "object" || Array.isArray(options))) {
    throw invalidArgType("options", "of type object", options);
  }
  const own = args.length === 0 || isOnly ? ((options as ReadOptions | null)?.buffer ?? Buffer.alloc(PIECE)) : first;
  const buffer = viewOf(own);
  checkFunction(callback, "cb");
  const range = isObject ? (options as ReadOptions) : (second as number);
  finish(callback as Callback, () => [readSync(fd, buffer, range, length as number, position as number), buffer], [
    0,
    buffer,
  ]);
}

/** `fs.write`: of bytes with an offset, a length and a position or with options, or of a text with a position and an encoding. */
export function write(fd: number, data: string | ArrayBufferView, ...rest: unknown[]): void {
  const at = rest.findIndex((each) => typeof each === "function");
  const callback = at === -1 ? undefined : rest[at];
  checkFunction(callback, "cb");
  const [offset, length, position] = rest.slice(0, at) as [number, number, number];
  finish(callback as Callback, () => [writeSync(fd, data, offset, length, position), data], [0, data]);
}

/** The functions of these names as `util.promisify` makes them. */
export const existsLater = (path: unknown): Promise<boolean> => new Promise((resolve) => exists(path, resolve));

export const readLater = (fd: number, ...args: unknown[]): Promise<object> =>
  promised((callback) => read(fd, ...args, callback), "bytesRead");

export const writeLater = (fd: number, data: string | ArrayBufferView, ...args: unknown[]): Promise<object> =>
  promised((callback) => write(fd, data, ...args, callback), "bytesWritten");

const promised = (call: (callback: Callback) => void, name: string): Promise<object> =>
  new Promise((resolve, reject) => {
    call((error, count, buffer) => (error === null ? resolve({ [name]: count, buffer }) : reject(error)));
  });

export function cp(from: unknown, to: unknown, ...rest: unknown[]): void {
  const [first, second] = rest;
  const callback = (typeof first === "function" ? first : second) as Callback;
  const options = typeof first === "function" ? undefined : first;
  checkFunction(callback, "cb");
  copy(from, to, options as object | undefined).then(
    () => setImmediate(() => callback(null, undefined)),
    (error) => setImmediate(() => callback(error)),
  );
}
