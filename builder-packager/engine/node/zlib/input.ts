import { encode } from "engine:text";
import { invalidArgType } from "../errors.ts";

export type Input = string | ArrayBuffer | ArrayBufferView;

const NOTHING = new Uint8Array(0);

/** The input of a function that calls back, which Node.js writes to a stream: nothing is a stream without data. */
export function chunkBytes(input: unknown): Uint8Array<ArrayBuffer> {
  if (input === undefined || input === null) {
    return NOTHING;
  }
  if (typeof input !== "string" && !ArrayBuffer.isView(input) && !(input instanceof ArrayBuffer)) {
    throw invalidArgType("chunk", "of type string or an instance of Buffer, TypedArray, or DataView", input);
  }
  return inputBytes(input);
}

export function inputBytes(input: unknown): Uint8Array<ArrayBuffer> {
  if (typeof input === "string") {
    return new Uint8Array(encode(input, "utf8"));
  }
  if (ArrayBuffer.isView(input)) {
    return new Uint8Array(input.buffer as ArrayBuffer, input.byteOffset, input.byteLength);
  }
  if (input instanceof ArrayBuffer) {
    return new Uint8Array(input);
  }
  throw invalidArgType(
    "buffer",
    "of type string or an instance of Buffer, TypedArray, DataView, or ArrayBuffer",
    input,
  );
}
