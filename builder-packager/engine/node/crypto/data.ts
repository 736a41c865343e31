import { encode } from "engine:text";
import { requireEncoding } from "../buffer/encoding.ts";
import { invalidArgType } from "../errors.ts";

export type Data = string | ArrayBufferView;

/**
 * Returns the bytes of an argument. A string with an unknown encoding is encoded as UTF-8, as in
 * Node.js.
 */
export function bytesOf(data: unknown, name: string, encoding?: string): Uint8Array<ArrayBuffer> {
  if (typeof data === "string") {
    return new Uint8Array(
      encode(data, encoding === undefined || encoding === "buffer" ? "utf8" : requireEncoding(encoding)),
    );
  }
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  }
  throw invalidArgType(name, "of type string or an instance of Buffer, TypedArray, or DataView", data);
}
