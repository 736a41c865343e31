import { crc32 as engineCrc32 } from "engine:zlib";
import { bytesOf } from "../crypto/data.ts";
import { checkInteger } from "../internal/checks.ts";

export function crc32(data: string | ArrayBufferView, value = 0): number {
  const { buffer, byteOffset, byteLength } = bytesOf(data, "data");
  checkInteger(value, "value", 0, 0xffff_ffff);
  return engineCrc32(buffer, byteOffset, byteLength, value);
}
