import { decode } from "engine:text";
import { encodingOf } from "../buffer/encoding.ts";

/** Encodes a digest as a string. Returns undefined if the caller wants a Buffer instead. */
export function textOf(digest: ArrayBuffer, encoding: string | undefined): string | undefined {
  if (encoding === undefined || encoding === "buffer") {
    return undefined;
  }
  const format = encodingOf(encoding);
  return format === undefined ? undefined : decode(digest, 0, digest.byteLength, format, false);
}
