import { decode, encode } from "engine:text";
import { codedError, invalidArgType, invalidArgValue, systemError } from "../errors.ts";
import { bufferOf, encodingNamed } from "../internal/bytes.ts";
import { fileOptions } from "./flags.ts";

/** Returns the result of a system call. Throws its error if the result is an error number. */
export function checked<T>(result: T | number, syscall: string, path?: string, dest?: string): T {
  if (typeof result === "number" && result < 0) {
    throw systemError(result, syscall, path, dest);
  }
  return result as T;
}

interface FileUrl {
  readonly href: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly pathname: string;
}

/**
 * Converts a path to the engine's form, in which bytes that are not UTF-8 are the lone surrogates
 * U+DC80 to U+DCFF.
 */
export function pathOf(path: unknown, name = "path"): string {
  const text = typeof path === "string" ? path : convertedPath(path, name);
  if (text.includes("\0")) {
    throw invalidArgValue(name, path, "must be a string, Uint8Array, or URL without null bytes");
  }
  return text;
}

function convertedPath(path: unknown, name: string): string {
  if (path instanceof Uint8Array) {
    return textOfName(path as Uint8Array<ArrayBuffer>);
  }
  if (isUrl(path)) {
    return pathOfUrl(path);
  }
  throw invalidArgType(name, "of type string or an instance of Buffer or URL", path);
}

/** `url.ts` is not loaded for a check: whoever has a URL has loaded it. */
const isUrl = (value: unknown): value is FileUrl =>
  typeof value === "object" && value !== null && "href" in value && "protocol" in value && "pathname" in value;

function pathOfUrl(url: FileUrl): string {
  if (url.protocol !== "file:") {
    throw codedError(TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  }
  if (url.hostname !== "") {
    throw codedError(TypeError, "ERR_INVALID_FILE_URL_HOST", 'File URL host must be "localhost" or empty on linux');
  }
  if (/%2f/i.test(url.pathname)) {
    throw codedError(TypeError, "ERR_INVALID_FILE_URL_PATH", "File URL path must not include encoded / characters");
  }
  return decodeURIComponent(url.pathname);
}

function textOfName(bytes: Uint8Array<ArrayBuffer>): string {
  const text = decode(bytes.buffer, bytes.byteOffset, bytes.length, "utf8", true);
  if (text !== undefined) {
    return text;
  }
  let escaped = "";
  let index = 0;
  while (index < bytes.length) {
    const character = characterAt(bytes, index);
    escaped += character?.text ?? String.fromCharCode(0xdc00 + (bytes[index] ?? 0));
    index += character?.length ?? 1;
  }
  return escaped;
}

function characterAt(bytes: Uint8Array<ArrayBuffer>, index: number): { text: string; length: number } | undefined {
  for (let length = 1; length <= 4 && index + length <= bytes.length; length++) {
    const text = decode(bytes.buffer, bytes.byteOffset + index, length, "utf8", true);
    if (text !== undefined) {
      return { text, length };
    }
  }
  return undefined;
}

const ESCAPED_BYTE = /[\udc80-\udcff]/;

export type NameEncoding = string | null | undefined;

/** Returns the option `encoding` of functions that return file names. */
export const nameEncodingOf = (options: unknown): NameEncoding => fileOptions(options).encoding;

/** Converts a file name from the engine to the encoding that the caller requested. */
export function nameIn(name: string, encoding: NameEncoding): string | Buffer {
  if (!encoding || encoding === "utf8" || encoding === "utf-8") {
    return ESCAPED_BYTE.test(name) ? name.toWellFormed() : name;
  }
  const bytes = bytesOfName(name);
  if (encoding === "buffer") {
    return bufferOf(bytes);
  }
  return decode(bytes, 0, bytes.byteLength, encodingNamed(encoding) ?? "utf8", false) ?? "";
}

function bytesOfName(name: string): ArrayBuffer {
  if (!ESCAPED_BYTE.test(name) || name.isWellFormed()) {
    return encode(name, "utf8");
  }
  const bytes: number[] = [];
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) {
      bytes.push(code - 0xdc00);
    } else {
      bytes.push(...new Uint8Array(encode(character, "utf8")));
    }
  }
  return new Uint8Array(bytes).buffer;
}
