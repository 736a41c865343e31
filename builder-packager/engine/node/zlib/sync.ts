import { Buffer } from "../buffer/class.ts";
import { checkFunction } from "../internal/checks.ts";
import { Codec, DECODERS, type Format, type Options } from "./codec.ts";
import { tooLarge } from "./errors.ts";
import { chunkBytes, type Input, inputBytes } from "./input.ts";
import { type Settings, settingsOf } from "./options.ts";

function run(format: Format, bytes: Uint8Array<ArrayBuffer>, settings: Settings): Buffer {
  const { maxOutputLength } = settings;
  const codec = new Codec(format, settings);
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (const steps of DECODERS.has(format) ? [codec.run(bytes), codec.end()] : [[codec.whole(bytes)]]) {
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

/** A function of Node.js that returns the result. */
const sync =
  (format: Format): Sync =>
  (input, options) => {
    const settings = settingsOf(format, options ?? {});
    return run(format, inputBytes(input), settings);
  };

type Sync = (input: Input, options?: Options) => Buffer;

export const gzipSync = sync("gzip");
export const gunzipSync = sync("gunzip");
export const deflateSync = sync("deflate");
export const inflateSync = sync("inflate");
export const deflateRawSync = sync("deflateRaw");
export const inflateRawSync = sync("inflateRaw");
export const unzipSync = sync("unzip");
export const zstdDecompressSync = sync("unzstd");

type Callback = (error: Error | null, result?: Buffer) => void;

function later(format: Format, input: unknown, options: unknown, callback: unknown): void {
  const isShort = typeof options === "function";
  const settings = settingsOf(format, isShort ? {} : ((options ?? {}) as Options));
  const done = isShort ? options : callback;
  checkFunction(done, "callback");
  const bytes = chunkBytes(input);
  if (!DECODERS.has(format)) {
    compressLater(format, bytes, settings, done as Callback);
    return;
  }
  setImmediate(() => {
    let result: Buffer;
    try {
      result = run(format, bytes, settings);
    } catch (error) {
      (done as Callback)(error as Error);
      return;
    }
    (done as Callback)(null, result);
  });
}

/** Compresses in a thread, so that several blocks are compressed at the same time. */
function compressLater(format: Format, bytes: Uint8Array<ArrayBuffer>, settings: Settings, done: Callback): void {
  new Codec(format, settings).later(bytes, (error, result) => {
    if (error !== null) {
      done(error);
    } else if (result.byteLength > settings.maxOutputLength) {
      done(tooLarge(settings.maxOutputLength));
    } else {
      done(null, Buffer.from(result));
    }
  });
}

interface Async {
  (input: Input, callback: Callback): void;
  (input: Input, options: Options, callback: Callback): void;
}

/** A function of Node.js that calls back. It decompresses in one later turn, and compresses in another thread. */
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
