import { constants } from "./constants.ts";
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
  writeSync,
} from "./descriptors.ts";
import { mkdirSync, mkdtempSync, readdirSync } from "./directories.ts";
import { Dirent } from "./dirent.ts";
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
import { Dir } from "./opendir.ts";
import promises from "./promises.ts";
import { readFileSync } from "./read.ts";
import { accessSync, existsSync, fstatSync, lstatSync, Stats, statSync } from "./stats.ts";
import { ReadStream, WriteStream } from "./streams.ts";
import { appendFileSync, writeFileSync } from "./write.ts";

export { promises };

/** The whole module for those who import it as one object, without the functions that `index.ts` loads lazily. */
export default {
  Dir,
  Dirent,
  ReadStream,
  Stats,
  WriteStream,
  accessSync,
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  promises,
  readFileSync,
  readSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  statfsSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
  F_OK: 0,
  R_OK: 4,
  W_OK: 2,
  X_OK: 1,
};
