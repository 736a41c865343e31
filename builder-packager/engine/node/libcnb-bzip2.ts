import { bzip2 } from "engine:zlib";
import type { FileHandle } from "node:fs/promises";
import { systemError } from "./errors.ts";

/*
 * The framework's reader of bzip2 in native code, which runs in another thread. In JavaScript, it takes a
 * dozen times as long here as on Node.js.
 */

/** Decompresses bzip2, including files with several streams. Checksums are verified. */
export async function* bzip2Bytes(file: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  const next = bzip2(file.fd);
  for (;;) {
    const result = await new Promise<ArrayBuffer | string | number>((done) => next(done));
    if (typeof result === "string") {
      throw new Error(result);
    }
    if (typeof result === "number") {
      throw systemError(result, "read");
    }
    if (result.byteLength === 0) {
      return;
    }
    yield new Uint8Array(result);
  }
}
