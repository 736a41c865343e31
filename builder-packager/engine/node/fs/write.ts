import * as native from "engine:fs";
import { encode } from "engine:text";
import { invalidArgType } from "../errors.ts";
import { encodingNamed } from "../internal/bytes.ts";
import { descriptorOf, fileOptions, flagsOf, modeOf } from "./flags.ts";
import { checked, pathOf } from "./paths.ts";

export function writeFileSync(path: unknown, data: unknown, options?: unknown): void {
  writeWhole(path, data, options, "w");
}

export function appendFileSync(path: unknown, data: unknown, options?: unknown): void {
  writeWhole(path, data, options, "a");
}

function writeWhole(path: unknown, data: unknown, options: unknown, usual: string): void {
  const { encoding, flag, mode, flush } = fileOptions(options);
  const flags = flagsOf(flag ?? usual);
  if (typeof path === "number") {
    writeAll(descriptorOf(path), bytesOf(data, encoding));
    return;
  }
  const file = pathOf(path);
  const permissions = modeOf(mode, "mode", 0o666);
  if (flush) {
    writeAndFlush(file, bytesOf(data, encoding), flags, permissions);
  } else if (typeof data === "string" && (!encoding || encodingNamed(encoding) === "utf8")) {
    checked(native.writeText(file, data, flags, permissions), "open", file);
  } else {
    const { buffer, byteOffset, byteLength } = bytesOf(data, encoding);
    checked(native.writeFile(file, buffer, byteOffset, byteLength, flags, permissions), "open", file);
  }
}

function writeAndFlush(file: string, bytes: Uint8Array<ArrayBuffer>, flags: number, mode: number): void {
  const fd = checked<number>(native.open(file, flags, mode), "open", file);
  try {
    writeAll(fd, bytes);
    checked(native.fsync(fd), "fsync");
  } finally {
    native.close(fd);
  }
}

/** Returns the bytes of the data to write. */
export function bytesOf(data: unknown, encoding?: string | null, name = "data"): Uint8Array<ArrayBuffer> {
  if (typeof data === "string") {
    return new Uint8Array(encode(data, encodingNamed(encoding || "utf8") ?? "utf8"));
  }
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  }
  throw invalidArgType(name, "of type string or an instance of Buffer, TypedArray, or DataView", data);
}

/**
 * Writes all bytes at the descriptor's position. It repeats the call, because a pipe may accept
 * only a part.
 */
export function writeAll(fd: number, bytes: Uint8Array<ArrayBuffer>): void {
  let at = 0;
  while (at < bytes.length) {
    at += checked<number>(native.write(fd, bytes.buffer, bytes.byteOffset + at, bytes.length - at, -1), "write");
  }
}
