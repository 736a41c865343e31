import { codedError, invalidArgType, invalidArgValue, outOfRange } from "../errors.ts";
import { encodingNamed } from "../internal/bytes.ts";
import { checkBoolean, checkInteger } from "../internal/checks.ts";

const CREATE = 0o100;
const EXCLUSIVE = 0o200;
const TRUNCATE = 0o1000;
const APPEND = 0o2000;
const SYNC = 0o4010000;
const WRITE = 1;
const BOTH = 2;

const FLAGS: Readonly<Record<string, number>> = {
  r: 0,
  rs: SYNC,
  sr: SYNC,
  "r+": BOTH,
  "rs+": BOTH | SYNC,
  "sr+": BOTH | SYNC,
  w: TRUNCATE | CREATE | WRITE,
  wx: TRUNCATE | CREATE | WRITE | EXCLUSIVE,
  xw: TRUNCATE | CREATE | WRITE | EXCLUSIVE,
  "w+": TRUNCATE | CREATE | BOTH,
  "wx+": TRUNCATE | CREATE | BOTH | EXCLUSIVE,
  "xw+": TRUNCATE | CREATE | BOTH | EXCLUSIVE,
  a: APPEND | CREATE | WRITE,
  ax: APPEND | CREATE | WRITE | EXCLUSIVE,
  xa: APPEND | CREATE | WRITE | EXCLUSIVE,
  as: APPEND | CREATE | WRITE | SYNC,
  sa: APPEND | CREATE | WRITE | SYNC,
  "a+": APPEND | CREATE | BOTH,
  "ax+": APPEND | CREATE | BOTH | EXCLUSIVE,
  "xa+": APPEND | CREATE | BOTH | EXCLUSIVE,
  "as+": APPEND | CREATE | BOTH | SYNC,
  "sa+": APPEND | CREATE | BOTH | SYNC,
};

/** Returns the number for open flags, given as a string such as `wx` or as a number. */
export function flagsOf(flags: unknown, name = "flags"): number {
  if (typeof flags === "number") {
    return flags;
  }
  if (flags === undefined || flags === null) {
    return 0;
  }
  const number = typeof flags === "string" ? FLAGS[flags] : undefined;
  if (number === undefined) {
    throw invalidArgValue(name, flags);
  }
  return number;
}

/** Parses a file mode, given as a number or as a string of octal digits. */
export function modeOf(mode: unknown, name: string, fallback?: number): number {
  const wanted = mode ?? fallback;
  if (typeof wanted === "string") {
    if (!/^[0-7]+$/.test(wanted)) {
      throw invalidArgValue(name, wanted, "must be a 32-bit unsigned integer or an octal string");
    }
    return Number.parseInt(wanted, 8);
  }
  if (typeof wanted !== "number") {
    throw invalidArgType(name, "of type number", wanted);
  }
  if (!Number.isInteger(wanted)) {
    throw outOfRange(name, "an integer", wanted);
  }
  if (wanted < 0 || wanted > 0xffff_ffff) {
    throw outOfRange(name, ">= 0 && <= 4294967295", wanted);
  }
  return wanted;
}

/** Checks the mode of `access` and `copyFile`, which is not one of a file. */
export function accessModeOf(mode: unknown): number {
  if (mode === undefined || mode === null) {
    return 0;
  }
  if (typeof mode !== "number") {
    throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", "mode must be int32 or null/undefined");
  }
  if (mode < 0 || mode > 7) {
    throw codedError(RangeError, "ERR_OUT_OF_RANGE", "mode is out of range: >= 0 && <= 7");
  }
  return Math.trunc(mode);
}

/** The number of the system that leaves an owner as it is; in Node.js it is -1. */
const UNCHANGED = 0xffff_ffff;

/** Checks the number of a user or group. */
export function ownerOf(id: unknown, name: string): number {
  checkInteger(id, name, -1, UNCHANGED);
  return id === -1 ? UNCHANGED : id;
}

/** Checks the length of a file; a negative one is 0. */
export function lengthOf(length: unknown): number {
  checkInteger(length, "len");
  return Math.max(0, length);
}

export function descriptorOf(fd: unknown): number {
  if (typeof fd !== "number") {
    throw invalidArgType("fd", "of type number", fd);
  }
  if (!Number.isInteger(fd)) {
    throw outOfRange("fd", "an integer", fd);
  }
  if (fd < 0 || fd > 0x7fff_ffff) {
    throw outOfRange("fd", ">= 0 && <= 2147483647", fd);
  }
  return fd;
}

export interface FileOptions {
  readonly encoding?: string | null | undefined;
  readonly flag?: string | number | undefined;
  readonly mode?: string | number | null | undefined;
  readonly flush?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

const NONE: FileOptions = {};

/** Parses the options of functions that read and write files: an encoding or an object. */
export function fileOptions(options: unknown): FileOptions {
  if (options === undefined || options === null || typeof options === "function") {
    return NONE;
  }
  if (typeof options !== "string" && typeof options !== "object") {
    throw invalidArgType("options", "one of type string or object", options);
  }
  const found = typeof options === "string" ? { encoding: options } : (options as FileOptions);
  const { encoding, signal, flush } = found;
  checkBoolean(flush, "options.flush");
  if (encoding && encoding !== "buffer" && encodingNamed(encoding) === undefined) {
    throw invalidArgValue("encoding", encoding, "is invalid encoding");
  }
  if (signal !== undefined && (signal === null || typeof signal !== "object" || !("aborted" in signal))) {
    throw invalidArgType("options.signal", "an instance of AbortSignal", signal);
  }
  return found;
}

/** Creates the error for a file that has too many bytes for one string. */
export const tooLong = (): Error =>
  codedError(Error, "ERR_STRING_TOO_LONG", "Cannot create a string longer than 0x1fffffe8 characters");
