import { encode } from "engine:text";
import { encodingOf } from "../buffer/encoding.ts";
import { invalidArgType, invalidArgValue } from "../errors.ts";

export type Data = string | ArrayBufferView;

/**
 * Returns the bytes of an argument. A string with an unknown encoding is encoded as UTF-8, as in
 * Node.js.
 */
export function bytesOf(data: unknown, name: string, encoding?: string): Uint8Array<ArrayBuffer> {
  if (typeof data === "string") {
    const known = encodingOf(encoding) ?? "utf8";
    if (known === "hex" && data.length % 2 !== 0) {
      throw invalidArgValue("encoding", encoding, `is invalid for data of length ${data.length}`);
    }
    return new Uint8Array(encode(data, known));
  }
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  }
  throw invalidArgType(name, "of type string or an instance of Buffer, TypedArray, or DataView", data);
}
