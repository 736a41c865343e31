import type { TransformOptions } from "node:stream";
import { Buffer } from "../buffer/class.ts";
import { Transform } from "../stream/index.ts";
import { Codec, type Format, type Options } from "./codec.ts";
import { settingsOf } from "./options.ts";

type StreamOptions = Options & TransformOptions;
type Done = (error?: Error | null) => void;

/** From this size on, a chunk ends the turn, so that timers and sockets get theirs. */
const LARGE = 32 * 1024;

export class Zlib extends Transform {
  #codec: Codec;
  readonly #newCodec: () => Codec;
  #written = 0;

  constructor(format: Format, options?: StreamOptions | null) {
    const settings = settingsOf(format, options ?? {});
    const {
      encoding: _encoding,
      flush: _flush,
      objectMode: _objects,
      writableObjectMode: _writable,
      ...rest
    } = {
      ...options,
    };
    super({ autoDestroy: true, ...rest });
    this.#newCodec = () => new Codec(format, settings);
    this.#codec = this.#newCodec();
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
    done(this.#emit(this.#codec.end()));
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

  /** Calls back when everything written so far has been processed. The engine keeps its output until a block is full. */
  flush(kindOrCallback?: number | (() => void), callback?: () => void): void {
    const done = typeof kindOrCallback === "function" ? kindOrCallback : callback;
    if (this.writableEnded) {
      done?.();
    } else {
      this.write(Buffer.alloc(0), () => done?.());
    }
  }

  /** Begins a new stream of data. */
  reset(): void {
    this.#codec.close();
    this.#codec = this.#newCodec();
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

class Gzip extends Zlib {}
class Gunzip extends Zlib {}
class Deflate extends Zlib {}
class Inflate extends Zlib {}
class DeflateRaw extends Zlib {}
class InflateRaw extends Zlib {}
class Unzip extends Zlib {}
class ZstdDecompress extends Zlib {}

type Create = (options?: StreamOptions) => Zlib;

export const createGzip: Create = (options) => new Gzip("gzip", options);
export const createGunzip: Create = (options) => new Gunzip("gunzip", options);
export const createDeflate: Create = (options) => new Deflate("deflate", options);
export const createInflate: Create = (options) => new Inflate("inflate", options);
export const createDeflateRaw: Create = (options) => new DeflateRaw("deflateRaw", options);
export const createInflateRaw: Create = (options) => new InflateRaw("inflateRaw", options);
export const createUnzip: Create = (options) => new Unzip("unzip", options);
export const createZstdDecompress: Create = (options) => new ZstdDecompress("unzstd", options);
