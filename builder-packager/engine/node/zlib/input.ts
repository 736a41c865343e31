import { encode } from "engine:text";
import { invalidArgType } from "../errors.ts";

export type Input = string | ArrayBuffer | ArrayBufferView;

export function inputBytes(input: unknown, name = "buffer"): Uint8Array<ArrayBuffer> {
  if (typeof input === "string") {
    return new Uint8Array(encode(input, "utf8"));
  }
  if (ArrayBuffer.isView(input)) {
    return new Uint8Array(input.buffer as ArrayBuffer, input.byteOffset, input.byteLength);
  }
  if (input instanceof ArrayBuffer) {
    return new Uint8Array(input);
  }
  throw invalidArgType(name, "of type string or an instance of Buffer, TypedArray, DataView, or ArrayBuffer", input);
}
