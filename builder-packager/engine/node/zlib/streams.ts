import type { TransformOptions } from "node:stream";
import { Buffer } from "../buffer/class.ts";
import { Transform } from "../stream/index.ts";
import { Codec, type Format, type Options } from "./codec.ts";
import { constants } from "./constants.ts";

type StreamOptions = Options & TransformOptions;
type Done = (error?: Error | null) => void;

/** From this size on, a chunk ends the turn, so that timers and sockets get theirs. */
const LARGE = 32 * 1024;

export class Zlib extends Transform {
  readonly #codec: Codec;
  readonly #isTolerant: boolean;
  #written = 0;

  constructor(format: Format, options: StreamOptions = {}) {
    const {
      finishFlush = constants.Z_FINISH,
      maxOutputLength: _limit,
      level,
      dictionary,
      chunkSize,
      ...rest
    } = options ?? {};
    super({ autoDestroy: true, ...rest });
    this.#codec = new Codec(format, { level, dictionary });
    this.#isTolerant = finishFlush !== constants.Z_FINISH;
  }

  get bytesWritten(): number {
    return this.#written;
  }

  override _transform(chunk: Uint8Array<ArrayBuffer>, _encoding: string, done: Done): void {
    this.#written += chunk.length;
    const error = this.#emit(this.#codec.run(chunk));
    if (chunk.length >= LARGE) {
      setImmediate(done, error);
    } else {
      done(error);
    }
  }

  override _flush(done: Done): void {
    done(this.#emit(this.#codec.end(this.#isTolerant)));
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#codec.close();
    done(error);
  }

  /** Ends the stream, even if its data was not read completely. */
  close(callback?: () => void): void {
    if (callback !== undefined) {
      this.once("close", callback);
    }
    this.destroy();
  }

  #emit(pieces: Iterable<ArrayBuffer>): Error | undefined {
    try {
      for (const piece of pieces) {
        if (piece.byteLength > 0) {
          this.push(Buffer.from(piece));
        }
      }
    } catch (error) {
      return error as Error;
    }
    return undefined;
  }
}

type Create = (options?: StreamOptions) => Zlib;

export const createGzip: Create = (options) => new Zlib("gzip", options);
export const createGunzip: Create = (options) => new Zlib("gunzip", options);
export const createDeflate: Create = (options) => new Zlib("deflate", options);
export const createInflate: Create = (options) => new Zlib("inflate", options);
export const createDeflateRaw: Create = (options) => new Zlib("deflateRaw", options);
export const createInflateRaw: Create = (options) => new Zlib("inflateRaw", options);
export const createUnzip: Create = (options) => new Zlib("unzip", options);
export const createZstdDecompress: Create = (options) => new Zlib("unzstd", options);
