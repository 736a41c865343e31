import { decode } from "engine:text";
import { atob, btoa } from "./buffer/base64.ts";
import { Buffer } from "./buffer/class.ts";
import { invalidArgType } from "./errors.ts";

export { atob, btoa } from "./buffer/base64.ts";
export { Buffer } from "./buffer/class.ts";

export const kMaxLength = Number.MAX_SAFE_INTEGER;
export const kStringMaxLength = 536_870_888;
export const constants = { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: kStringMaxLength };
export const INSPECT_MAX_BYTES = 50;

function bytesOf(input: unknown): Uint8Array<ArrayBuffer> {
  if (input instanceof ArrayBuffer) {
    return new Uint8Array(input);
  }
  if (ArrayBuffer.isView(input) && !(input instanceof DataView)) {
    return new Uint8Array(input.buffer as ArrayBuffer, input.byteOffset, input.byteLength);
  }
  throw invalidArgType("input", "an instance of ArrayBuffer, Buffer, or TypedArray", input);
}

export function isUtf8(input: unknown): boolean {
  const { buffer, byteOffset, byteLength } = bytesOf(input);
  return decode(buffer, byteOffset, byteLength, "utf8", true) !== undefined;
}

export function isAscii(input: unknown): boolean {
  return bytesOf(input).every((byte) => byte < 0x80);
}

export default { Buffer, atob, btoa, constants, INSPECT_MAX_BYTES, isAscii, isUtf8, kMaxLength, kStringMaxLength };
