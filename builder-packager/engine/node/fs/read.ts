import * as native from "engine:fs";
import { decode } from "engine:text";
import { systemError } from "../errors.ts";
import { bufferOf, encodingNamed } from "../internal/bytes.ts";
import { descriptorOf, fileOptions, flagsOf } from "./flags.ts";
import { checked, pathOf } from "./paths.ts";

const EISDIR = -21;
const PIECE = 64 * 1024;

export function readFileSync(path: unknown, options?: unknown): string | Buffer<ArrayBuffer> {
  const { encoding, flag } = fileOptions(options);
  if (typeof path === "number") {
    return converted(restOf(descriptorOf(path)), encoding);
  }
  const file = pathOf(path);
  if (flag !== undefined && flagsOf(flag) !== 0) {
    return converted(readWithFlags(file, flagsOf(flag)), encoding);
  }
  const isText = encoding === "utf8" || encoding === "utf-8";
  const result = isText ? native.readText(file) : native.readFile(file);
  if (typeof result === "number") {
    // A directory can be opened, only its reading fails: that error has no path.
    throw result === EISDIR ? systemError(result, "read") : systemError(result, "open", file);
  }
  return typeof result === "string" ? result : converted(result, encoding);
}

function converted(bytes: ArrayBuffer, encoding: string | null | undefined): string | Buffer<ArrayBuffer> {
  const name = encoding ? encodingNamed(encoding) : undefined;
  return name === undefined ? bufferOf(bytes) : (decode(bytes, 0, bytes.byteLength, name, false) ?? "");
}

function readWithFlags(file: string, flags: number): ArrayBuffer {
  const fd = checked<number>(native.open(file, flags, 0o666), "open", file);
  try {
    return restOf(fd);
  } finally {
    native.close(fd);
  }
}

/** Reads everything from the descriptor's position to the end of the file. */
export function restOf(fd: number): ArrayBuffer {
  const pieces: ArrayBuffer[] = [];
  let size = 0;
  for (;;) {
    const bytes = new ArrayBuffer(PIECE);
    const count = checked<number>(native.read(fd, bytes, 0, PIECE, -1), "read");
    if (count === 0) {
      return joined(pieces, size);
    }
    pieces.push(count === PIECE ? bytes : bytes.slice(0, count));
    size += count;
  }
}

export function joined(pieces: readonly ArrayBuffer[], size: number): ArrayBuffer {
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined) {
    return first;
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(new Uint8Array(piece), at);
    at += piece.byteLength;
  }
  return all.buffer;
}
