import { Buffer } from "../buffer/class.ts";
import { checkFunction } from "../internal/checks.ts";
import { Codec, type Format, type Options } from "./codec.ts";
import { constants } from "./constants.ts";
import { tooLarge } from "./errors.ts";
import { type Input, inputBytes } from "./input.ts";

function run(format: Format, input: Input, options: Options = {}): Buffer {
  const bytes = inputBytes(input);
  const { maxOutputLength = Number.MAX_SAFE_INTEGER, finishFlush = constants.Z_FINISH } = options ?? {};
  const codec = new Codec(format, options ?? {});
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (const steps of [codec.run(bytes), codec.end(finishFlush !== constants.Z_FINISH)]) {
      for (const piece of steps) {
        length += piece.byteLength;
        if (length > maxOutputLength) {
          throw tooLarge(maxOutputLength);
        }
        pieces.push(new Uint8Array(piece));
      }
    }
  } finally {
    codec.close();
  }
  return pieces.length === 1 ? Buffer.from(pieces[0]?.buffer as ArrayBuffer) : Buffer.concat(pieces, length);
}

type Sync = (input: Input, options?: Options) => Buffer;

export const gzipSync: Sync = (input, options) => run("gzip", input, options);
export const gunzipSync: Sync = (input, options) => run("gunzip", input, options);
export const deflateSync: Sync = (input, options) => run("deflate", input, options);
export const inflateSync: Sync = (input, options) => run("inflate", input, options);
export const deflateRawSync: Sync = (input, options) => run("deflateRaw", input, options);
export const inflateRawSync: Sync = (input, options) => run("inflateRaw", input, options);
export const unzipSync: Sync = (input, options) => run("unzip", input, options);
export const zstdDecompressSync: Sync = (input, options) => run("unzstd", input, options);

type Callback = (error: Error | null, result?: Buffer) => void;

function later(format: Format, input: Input, options: Options | Callback | undefined, callback?: Callback): void {
  const done = typeof options === "function" ? options : callback;
  checkFunction(done, "callback");
  const bytes = inputBytes(input);
  setImmediate(() => {
    let result: Buffer;
    try {
      result = run(format, bytes, typeof options === "function" ? {} : options);
    } catch (error) {
      (done as Callback)(error as Error);
      return;
    }
    (done as Callback)(null, result);
  });
}

interface Async {
  (input: Input, callback: Callback): void;
  (input: Input, options: Options, callback: Callback): void;
}

/** A function of Node.js that calls back. The work is done in one later turn, not in another thread. */
const async =
  (format: Format): Async =>
  (input: Input, options: Options | Callback, callback?: Callback) =>
    later(format, input, options, callback);

export const gzip = async("gzip");
export const gunzip = async("gunzip");
export const deflate = async("deflate");
export const inflate = async("inflate");
export const deflateRaw = async("deflateRaw");
export const inflateRaw = async("inflateRaw");
export const unzip = async("unzip");
export const zstdDecompress = async("unzstd");
