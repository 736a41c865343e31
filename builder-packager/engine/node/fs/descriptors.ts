import * as native from "engine:fs";
import { codedError, invalidArgType, outOfRange } from "../errors.ts";
import { checkInteger } from "../internal/checks.ts";
import { descriptorOf, flagsOf, lengthOf, modeOf, ownerOf } from "./flags.ts";
import { checked, pathOf } from "./paths.ts";
import { type TimeLike, timeOf } from "./times.ts";
import { bytesOf } from "./write.ts";

export function openSync(path: unknown, flags?: string | number, mode?: string | number | null): number {
  const file = pathOf(path);
  return checked(native.open(file, flagsOf(flags), modeOf(mode, "mode", 0o666)), "open", file);
}

export function closeSync(fd: number): void {
  checked(native.close(descriptorOf(fd)), "close");
}

interface Range {
  readonly offset?: number | null | undefined;
  readonly length?: number | null | undefined;
  readonly position?: number | bigint | null | undefined;
}

/** Returns the position in the file, or -1 for the descriptor's current position. */
export function positionOf(position: unknown): number {
  if (position === undefined || position === null || position === -1) {
    return -1;
  }
  if (typeof position === "bigint") {
    return Number(position);
  }
  checkInteger(position, "position", -1);
  return position;
}

/**
 * Normalizes the arguments of `read`: offset, length and position; or an object with them; or none.
 */
export function rangeOf(
  view: ArrayBufferView,
  first: unknown,
  length: unknown,
  position: unknown,
): { offset: number; length: number; position: number } {
  const isObject = typeof first === "object" && first !== null;
  const range: Range = isObject ? (first as Range) : ({ offset: first, length, position } as Range);
  const offset = range.offset ?? 0;
  checkInteger(offset, "offset", 0);
  const wanted = range.length ?? view.byteLength - offset;
  checkInteger(wanted, "length");
  if (wanted > 0 && view.byteLength === 0) {
    throw codedError(
      TypeError,
      "ERR_INVALID_ARG_VALUE",
      "The argument 'buffer' is empty and cannot be written. Received Uint8Array(0) []",
    );
  }
  if (wanted < 0) {
    throw outOfRange("length", ">= 0", wanted);
  }
  if (offset + wanted > view.byteLength) {
    throw outOfRange("length", `<= ${view.byteLength - offset}`, wanted);
  }
  return { offset, length: wanted, position: positionOf(range.position) };
}

export function viewOf(buffer: unknown): ArrayBufferView<ArrayBuffer> {
  if (!ArrayBuffer.isView(buffer)) {
    throw invalidArgType("buffer", "an instance of Buffer, TypedArray, or DataView", buffer);
  }
  return buffer as ArrayBufferView<ArrayBuffer>;
}

export function readSync(
  fd: number,
  buffer: ArrayBufferView,
  offsetOrOptions?: number | Range | null,
  length?: number | null,
  position?: number | bigint | null,
): number {
  const from = descriptorOf(fd);
  const view = viewOf(buffer);
  const range = rangeOf(view, offsetOrOptions, length, position);
  if (range.length === 0) {
    return 0;
  }
  return checked(native.read(from, view.buffer, view.byteOffset + range.offset, range.length, range.position), "read");
}

/**
 * Writes bytes or a string: `writeSync(fd, view, offset, length, position)` or `writeSync(fd, text,
 * position, encoding)`. Returns the number of bytes written.
 */
export function writeSync(
  fd: number,
  data: string | ArrayBufferView,
  offsetOrPosition?: number | Range | null,
  lengthOrEncoding?: number | string | null,
  position?: number | null,
): number {
  const to = descriptorOf(fd);
  if (typeof data === "string") {
    const bytes = bytesOf(data, lengthOrEncoding as string);
    const at = positionOf(offsetOrPosition);
    return checked(native.write(to, bytes.buffer, 0, bytes.length, at), "write");
  }
  if (!ArrayBuffer.isView(data)) {
    throw invalidArgType("buffer", "of type string or an instance of Buffer, TypedArray, or DataView", data);
  }
  const range = rangeOf(data, offsetOrPosition, lengthOrEncoding, position);
  const { buffer, byteOffset } = viewOf(data);
  return checked(native.write(to, buffer, byteOffset + range.offset, range.length, range.position), "write");
}

export function ftruncateSync(fd: number, length = 0): void {
  const wanted = lengthOf(length);
  checked(native.ftruncate(descriptorOf(fd), wanted), "ftruncate");
}

export function fsyncSync(fd: number): void {
  checked(native.fsync(descriptorOf(fd)), "fsync");
}

export function fdatasyncSync(fd: number): void {
  checked(native.fsync(descriptorOf(fd)), "fdatasync");
}

export function fchmodSync(fd: number, mode: string | number): void {
  checked(native.fchmod(descriptorOf(fd), modeOf(mode, "mode")), "fchmod");
}

export function fchownSync(fd: number, uid: number, gid: number): void {
  const descriptor = descriptorOf(fd);
  checked(native.fchown(descriptor, ownerOf(uid, "uid"), ownerOf(gid, "gid")), "fchown");
}

export function futimesSync(fd: number, atime: TimeLike, mtime: TimeLike): void {
  checked(native.futimes(descriptorOf(fd), timeOf(atime), timeOf(mtime)), "futime");
}
