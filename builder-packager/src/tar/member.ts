import { CnbError } from "../errors.ts";
import { bytesOfName, nameOf } from "../files/file-name.ts";
import { limits } from "../limits.ts";
import { blockSize, checksumOf } from "./header.ts";

/** The supported types of members of an archive. Members of other types are refused. */
export type MemberType = "file" | "hardlink" | "symlink" | "character-device" | "block-device" | "directory" | "fifo";

/** The header of a member, with PAX records and GNU long names applied. */
export interface Member {
  readonly type: MemberType;
  /** The stored path. Bytes that are not UTF-8 are encoded as by {@link nameOf}. */
  readonly path: string;
  /** The target of a hard link or symbolic link; empty for other members. */
  readonly target: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The size of the content in bytes; 0 for anything other than a file. */
  readonly size: number;
  /** The modification time in seconds since 1970. */
  readonly mtime: number;
  readonly devmajor: number;
  readonly devminor: number;
}

/** A decoded header block, before extended headers are applied. */
export interface RawMember extends Omit<Member, "type"> {
  readonly typeflag: string;
}

const types: Readonly<Record<string, MemberType>> = {
  "0": "file",
  "\0": "file",
  "7": "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "character-device",
  "4": "block-device",
  "5": "directory",
  "6": "fifo",
};

/** Decodes one header block. Returns undefined for the block of zeros that ends an archive. */
export function decodeBlock(block: Buffer): RawMember | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (number(block, 148, 8) !== checksumOf(block))
    throw new CnbError("TAR_INVALID", "the tar archive is damaged: the checksum of a member's header is wrong");
  const ustar = block.toString("latin1", 257, 263) === "ustar\0";
  const prefix = ustar ? text(block, 345, 155) : "";
  const name = text(block, 0, 100);
  return {
    typeflag: block.toString("latin1", 156, 157),
    path: prefix === "" ? name : `${prefix}/${name}`,
    target: text(block, 157, 100),
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: number(block, 124, 12),
    mtime: number(block, 136, 12),
    devmajor: number(block, 329, 8),
    devminor: number(block, 337, 8),
  };
}

/** Applies extended headers to a raw header. */
export function memberOf(raw: RawMember, records: Readonly<Record<string, string>>): Member {
  const path = records.path ?? raw.path;
  refuse(raw, records, path);
  refuseLong(path, path);
  refuseLong(path, records.linkpath ?? raw.target);
  const type = raw.typeflag === "\0" && path.endsWith("/") ? "directory" : types[raw.typeflag];
  if (type === undefined) throw unsupported(path, `its type is ${JSON.stringify(raw.typeflag)}`);
  return {
    type,
    path,
    target: type === "hardlink" || type === "symlink" ? (records.linkpath ?? raw.target) : "",
    mode: raw.mode,
    uid: integer(records.uid) ?? raw.uid,
    gid: integer(records.gid) ?? raw.gid,
    // Links of some writers state the size of the linked file, although no content follows: so Go reads them, too.
    size: type === "file" ? (integer(records.size) ?? raw.size) : 0,
    mtime: Math.floor(seconds(records.mtime) ?? raw.mtime) || 0,
    devmajor: raw.devmajor,
    devminor: raw.devminor,
  };
}

/**
 * Removes slashes at the end of a path. This is not a regular expression, because it would take
 * quadratic time for many slashes in the middle.
 */
export function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === "/") end -= 1;
  return path.slice(0, end);
}

/** Returns the size of a member's content including its padding. */
export const paddedSize = (size: number): number => Math.ceil(size / blockSize) * blockSize;

function refuse(raw: RawMember, records: Readonly<Record<string, string>>, path: string): void {
  const sparse = raw.typeflag === "S" || Object.keys(records).some((key) => key.startsWith("GNU.sparse."));
  if (sparse) throw unsupported(path, "it is a sparse file");
  const isUpTo = (most: number) => (value: number) => Number.isInteger(value) && value >= 0 && value <= most;
  const sizes = [raw.size, integer(records.size) ?? 0];
  const owners = [raw.uid, raw.gid, integer(records.uid) ?? 0, integer(records.gid) ?? 0];
  if (!sizes.every(isUpTo(Number.MAX_SAFE_INTEGER)) || !owners.every(isUpTo(maxOwner)))
    throw unsupported(path, "its size or owner is not a valid number");
  if (!isTime(seconds(records.mtime) ?? (raw.mtime || 0))) throw unsupported(path, "its time is not a valid number");
  // Header fields end at it, extended headers do not. The kernel knows no such name.
  if (path.includes("\0") || (records.linkpath ?? "").includes("\0"))
    throw unsupported(path, "its name or target contains a NUL character");
}

/**
 * Refuses paths and names that are too long for Linux. Some operations also take quadratic time in
 * a path's length.
 */
function refuseLong(member: string, path: string): void {
  const bytes = lengthOf(path, limits.memberPath.most);
  if (bytes > limits.memberPath.most)
    throw tooLong(member, `a path of ${bytes} bytes, more than ${limits.memberPath.most}`);
  if (path.length * longestSequence <= limits.memberName.most) return;
  const longest = Math.max(...path.split("/").map((name) => lengthOf(name, limits.memberName.most)));
  if (longest > limits.memberName.most)
    throw tooLong(member, `a name of ${longest} bytes, more than ${limits.memberName.most}`);
}

/** The maximal number of UTF-8 bytes for one JavaScript character (UTF-16 code unit). */
const longestSequence = 3;

/**
 * The length of a name in bytes. They are only counted if there may be more than `most`; otherwise
 * the number of characters is returned.
 */
const lengthOf = (name: string, most: number): number =>
  name.length * longestSequence <= most ? name.length : bytesOfName(name).length;

const tooLong = (path: string, why: string): CnbError =>
  new CnbError("TAR_UNSUPPORTED", `the archive member ${JSON.stringify(shortened(path))} has ${why}`, {
    hint: "Do not use the archive: Linux cannot unpack this member, so the archive is damaged or hostile.",
  });

const shortened = (path: string): string => (path.length > 80 ? `${path.slice(0, 40)}…` : path);

/** The largest uid of Linux. The next number means "unchanged" for chown(2). */
const maxOwner = 2 ** 32 - 2;

/**
 * True for a time in seconds that JavaScript can represent exactly, up to about 285 million years.
 */
const isTime = (value: number): boolean => Math.abs(value) <= Number.MAX_SAFE_INTEGER;

/**
 * Parses a time of an extended header, which may have a fraction. Returns NaN for other text, such
 * as `infinity`.
 */
function seconds(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  return /^-?[0-9]+(\.[0-9]*)?$/.test(value) ? Number(value) : Number.NaN;
}

const unsupported = (path: string, why: string): CnbError =>
  new CnbError("TAR_UNSUPPORTED", `the archive member ${JSON.stringify(path)} cannot be read: ${why}`, {
    hint: "Create the archive again with a current version of tar, without --sparse.",
  });

function integer(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  return /^-?[0-9]+$/.test(value) ? Number(value) : Number.NaN;
}

function text(block: Buffer, offset: number, length: number): string {
  const end = block.indexOf(0, offset);
  return nameOf(block.subarray(offset, end < 0 || end > offset + length ? offset + length : end));
}

/**
 * Parses a number: octal digits, or GNU's base-256 if the highest bit is set. Returns NaN for
 * anything else.
 */
function number(block: Buffer, offset: number, length: number): number {
  const first = block[offset] ?? 0;
  if ((first & 0x80) !== 0) return base256(block.subarray(offset, offset + length));
  const digits = block.toString("latin1", offset, offset + length).replace(/^[\0 ]+|[\0 ].*$/gs, "");
  if (digits === "") return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

function base256(field: Buffer): number {
  if (((field[0] ?? 0) & 0x40) !== 0) return Number.NaN; // negative
  return field.reduce((value, byte, index) => value * 256 + (index === 0 ? byte & 0x7f : byte), 0);
}
