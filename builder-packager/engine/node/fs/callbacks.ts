import { setImmediate } from "engine:loop";
import { checkFunction } from "../internal/checks.ts";
import { cp as copy } from "./cp.ts";
import {
  closeSync,
  fchmodSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  openSync,
  readSync,
  writeSync,
} from "./descriptors.ts";
import { mkdirSync, mkdtempSync, readdirSync, rmdirSync } from "./directories.ts";
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
import { rmSync } from "./rm.ts";
import { accessSync, existsSync, fstatSync, lstatSync, statSync } from "./stats.ts";
import { appendFileSync, writeFileSync } from "./write.ts";

/*
 * The functions with callbacks, for npm packages such as yauzl. They run the synchronous function and call back in the next
 * turn. Wrong arguments throw at once in Node.js; here every error goes to the callback.
 */

type Callback = (error: Error | null, ...results: unknown[]) => void;
// biome-ignore lint/suspicious/noExplicitAny: each function has its own arguments
type Operation = (...args: any[]) => unknown;
type WithCallback = (...args: unknown[]) => void;

const later = (operation: Operation): WithCallback =>
  function callLater(...args) {
    const callback = args.pop();
    checkFunction(callback, "cb");
    finish(callback as Callback, () => [operation(...args)]);
  };

function finish(callback: Callback, operation: () => readonly unknown[]): void {
  let error: Error | null = null;
  let results: readonly unknown[] = [];
  try {
    results = operation().filter((result) => result !== undefined);
  } catch (thrown) {
    error = thrown as Error;
  }
  setImmediate(() => (error === null ? callback(null, ...results) : callback(error)));
}

export const access = later(accessSync);
export const appendFile = later(appendFileSync);
export const chmod = later(chmodSync);
export const chown = later(chownSync);
export const close = later(closeSync);
export const copyFile = later(copyFileSync);
export const fchmod = later(fchmodSync);
export const fdatasync = later(fdatasyncSync);
export const fstat = later(fstatSync);
export const fsync = later(fsyncSync);
export const ftruncate = later(ftruncateSync);
export const futimes = later(futimesSync);
export const glob = later(globSync);
export const lchown = later(lchownSync);
export const link = later(linkSync);
export const lstat = later(lstatSync);
export const lutimes = later(lutimesSync);
export const mkdir = later(mkdirSync);
export const mkdtemp = later(mkdtempSync);
export const open = later((path: unknown, flags = "r", mode?: number) => openSync(path, flags, mode));
export const opendir = later(opendirSync);
export const readFile = later(readFileSync);
export const readdir = later(readdirSync);
export const readlink = later(readlinkSync);
export const realpath = Object.assign(later(realpathSync), { native: later(realpathSync.native) });
export const rename = later(renameSync);
export const rm = later(rmSync);
export const rmdir = later((path: unknown) => rmdirSync(path));
export const stat = later(statSync);
export const statfs = later(statfsSync);
export const symlink = later((target: unknown, path: unknown) => symlinkSync(target, path));
export const truncate = later(truncateSync);
export const unlink = later(unlinkSync);
export const utimes = later(utimesSync);
export const writeFile = later(writeFileSync);

/** `fs.exists`: the callback receives only a boolean, and no error. */
export function exists(path: unknown, callback: (exists: boolean) => void): void {
  checkFunction(callback, "cb");
  const isPresent = existsSync(path);
  setImmediate(() => callback(isPresent));
}

/** `fs.read`: the callback receives an error, the number of bytes and the buffer. */
export function read(fd: number, buffer: ArrayBufferView, ...rest: unknown[]): void {
  const callback = rest.pop();
  checkFunction(callback, "cb");
  const [offset, length, position] = rest as [number, number, number];
  finish(callback as Callback, () => [readSync(fd, buffer, offset, length, position), buffer]);
}

export function write(fd: number, data: string | ArrayBufferView, ...rest: unknown[]): void {
  const callback = rest.pop();
  checkFunction(callback, "cb");
  const [offset, length, position] = rest as [number, number, number];
  finish(callback as Callback, () => [writeSync(fd, data, offset, length, position), data]);
}

export function cp(from: unknown, to: unknown, ...rest: unknown[]): void {
  const callback = rest.pop() as Callback;
  checkFunction(callback, "cb");
  const [options] = rest as [object?];
  copy(from, to, options).then(
    () => setImmediate(() => callback(null, undefined)),
    (error) => setImmediate(() => callback(error)),
  );
}
