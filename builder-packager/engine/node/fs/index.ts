import { lazily, lazyObject } from "../internal/lazy.ts";
import type * as callbacks from "./callbacks.ts";
import type * as copying from "./cp.ts";
import type * as whole from "./default.ts";
import type * as globbing from "./glob.ts";
import type * as opening from "./opendir.ts";
import type * as promised from "./promises.ts";
import type * as removing from "./rm.ts";
import type * as streams from "./streams.ts";

/* `node:fs`. Functions that detect seldom needs are loaded when they are called. */

export const access = lazily<typeof callbacks, "access">("fs/callbacks", "access");
export const appendFile = lazily<typeof callbacks, "appendFile">("fs/callbacks", "appendFile");
export const chmod = lazily<typeof callbacks, "chmod">("fs/callbacks", "chmod");
export const chown = lazily<typeof callbacks, "chown">("fs/callbacks", "chown");
export const close = lazily<typeof callbacks, "close">("fs/callbacks", "close");
export const copyFile = lazily<typeof callbacks, "copyFile">("fs/callbacks", "copyFile");
export const cp = lazily<typeof callbacks, "cp">("fs/callbacks", "cp");
export const exists = lazily<typeof callbacks, "exists">("fs/callbacks", "exists");
export const fchmod = lazily<typeof callbacks, "fchmod">("fs/callbacks", "fchmod");
export const fchown = lazily<typeof callbacks, "fchown">("fs/callbacks", "fchown");
export const fdatasync = lazily<typeof callbacks, "fdatasync">("fs/callbacks", "fdatasync");
export const fstat = lazily<typeof callbacks, "fstat">("fs/callbacks", "fstat");
export const fsync = lazily<typeof callbacks, "fsync">("fs/callbacks", "fsync");
export const ftruncate = lazily<typeof callbacks, "ftruncate">("fs/callbacks", "ftruncate");
export const futimes = lazily<typeof callbacks, "futimes">("fs/callbacks", "futimes");
export const glob = lazily<typeof callbacks, "glob">("fs/callbacks", "glob");
export const lchown = lazily<typeof callbacks, "lchown">("fs/callbacks", "lchown");
export const link = lazily<typeof callbacks, "link">("fs/callbacks", "link");
export const lstat = lazily<typeof callbacks, "lstat">("fs/callbacks", "lstat");
export const lutimes = lazily<typeof callbacks, "lutimes">("fs/callbacks", "lutimes");
export const mkdir = lazily<typeof callbacks, "mkdir">("fs/callbacks", "mkdir");
export const mkdtemp = lazily<typeof callbacks, "mkdtemp">("fs/callbacks", "mkdtemp");
export const open = lazily<typeof callbacks, "open">("fs/callbacks", "open");
export const opendir = lazily<typeof callbacks, "opendir">("fs/callbacks", "opendir");
export const read = lazily<typeof callbacks, "read">("fs/callbacks", "read");
export const readdir = lazily<typeof callbacks, "readdir">("fs/callbacks", "readdir");
export const readFile = lazily<typeof callbacks, "readFile">("fs/callbacks", "readFile");
export const readlink = lazily<typeof callbacks, "readlink">("fs/callbacks", "readlink");
export const realpath = Object.assign(lazily<typeof callbacks, "realpath">("fs/callbacks", "realpath"), {
  native: lazily<typeof callbacks, "realpathNative">("fs/callbacks", "realpathNative"),
});
export const rename = lazily<typeof callbacks, "rename">("fs/callbacks", "rename");
export const rm = lazily<typeof callbacks, "rm">("fs/callbacks", "rm");
export const rmdir = lazily<typeof callbacks, "rmdir">("fs/callbacks", "rmdir");
export const stat = lazily<typeof callbacks, "stat">("fs/callbacks", "stat");
export const statfs = lazily<typeof callbacks, "statfs">("fs/callbacks", "statfs");
export const symlink = lazily<typeof callbacks, "symlink">("fs/callbacks", "symlink");
export const truncate = lazily<typeof callbacks, "truncate">("fs/callbacks", "truncate");
export const unlink = lazily<typeof callbacks, "unlink">("fs/callbacks", "unlink");
export const utimes = lazily<typeof callbacks, "utimes">("fs/callbacks", "utimes");
export const write = lazily<typeof callbacks, "write">("fs/callbacks", "write");
export const writeFile = lazily<typeof callbacks, "writeFile">("fs/callbacks", "writeFile");
export { constants } from "./constants.ts";
export const cpSync = lazily<typeof copying, "cpSync">("fs/cp", "cpSync");
export const promises = lazyObject<(typeof promised)["default"]>("fs/promises");
export {
  closeSync,
  fchmodSync,
  fchownSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  openSync,
  readSync,
  writeSync,
} from "./descriptors.ts";
export { mkdirSync, mkdtempSync, readdirSync } from "./directories.ts";
export { Dirent } from "./dirent.ts";
export {
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
export const globSync = lazily<typeof globbing, "globSync">("fs/glob", "globSync");
export const opendirSync = lazily<typeof opening, "opendirSync">("fs/opendir", "opendirSync");
export { readFileSync } from "./read.ts";
export const rmdirSync = lazily<typeof removing, "rmdirSync">("fs/rm", "rmdirSync");
export const rmSync = lazily<typeof removing, "rmSync">("fs/rm", "rmSync");
export { accessSync, existsSync, fstatSync, lstatSync, Stats, statSync } from "./stats.ts";
export const createReadStream = lazily<typeof streams, "createReadStream">("fs/streams", "createReadStream");
export const createWriteStream = lazily<typeof streams, "createWriteStream">("fs/streams", "createWriteStream");
export { appendFileSync, writeFileSync } from "./write.ts";

/** The object of all names has the same functions. */
export default lazyObject<(typeof whole)["default"]>("fs/default", () => [
  access,
  appendFile,
  chmod,
  chown,
  close,
  copyFile,
  cp,
  exists,
  fchmod,
  fchown,
  fdatasync,
  fstat,
  fsync,
  ftruncate,
  futimes,
  glob,
  lchown,
  link,
  lstat,
  lutimes,
  mkdir,
  mkdtemp,
  open,
  opendir,
  read,
  readdir,
  readFile,
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
  write,
  writeFile,
  cpSync,
  globSync,
  opendirSync,
  createReadStream,
  createWriteStream,
  rmdirSync,
  rmSync,
]);

/** `util.promisify` resolves with an object where a callback gets two results, and `exists` calls back without an error. */
const PROMISIFY = Symbol.for("nodejs.util.promisify.custom");
for (const [callbackFunction, name] of [
  [exists, "existsLater"],
  [read, "readLater"],
  [write, "writeLater"],
] as const) {
  Object.defineProperty(callbackFunction, PROMISIFY, {
    value: lazily<typeof callbacks, typeof name>("fs/callbacks", name),
    configurable: true,
  });
}
