import { closeStream, newStream, push, pushLater, setDictionary, unused } from "engine:zlib";
import { notSupported } from "../errors.ts";
import { zlibError } from "./errors.ts";
import { inputBytes } from "./input.ts";
import type { Settings } from "./options.ts";

export type Format =
  | "gzip"
  | "gunzip"
  | "deflate"
  | "inflate"
  | "deflateRaw"
  | "inflateRaw"
  | "unxz"
  | "unzip"
  | "unzstd";

export interface Options {
  readonly level?: number | undefined;
  readonly flush?: number | undefined;
  readonly finishFlush?: number | undefined;
  readonly maxOutputLength?: number | undefined;
  readonly dictionary?: unknown;
  readonly chunkSize?: number | undefined;
  readonly windowBits?: number | undefined;
  readonly memLevel?: number | undefined;
  readonly strategy?: number | undefined;
  readonly rejectGarbageAfterEnd?: boolean | undefined;
}

/** Input goes to the engine in pieces, since a piece may become a thousand times as large. */
const PIECE = 64 * 1024;

/** The flush of zlib for bytes that others follow, and for the last ones. */
const [NO_FLUSH, FINISH] = [0, 4];

export const DECODERS: ReadonlySet<Format> = new Set(["gunzip", "inflate", "inflateRaw", "unxz", "unzip", "unzstd"]);

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A compression or decompression stream of the engine. As in Node.js, a gzip member that follows
 * the first one is decompressed as well.
 */
export class Codec {
  readonly #format: Format;
  readonly #settings: Settings;
  #handle: number | undefined;
  #isEnded = false;

  constructor(format: Format, settings: Settings) {
    this.#format = format;
    this.#settings = settings;
  }

  /** Compresses or decompresses bytes, and yields each piece of the result. */
  *run(bytes: Bytes): Generator<ArrayBuffer> {
    for (let start = 0; start < bytes.length; start += PIECE) {
      yield* this.#piece(bytes.subarray(start, start + PIECE));
    }
  }

  /**
   * Yields the remaining output after the last input. An incomplete compressed stream is an error,
   * unless the option `finishFlush` says otherwise.
   */
  *end(): Generator<ArrayBuffer> {
    const { isTolerant, finishFlush } = this.#settings;
    if (!this.#isEnded && !(isTolerant && DECODERS.has(this.#format))) {
      yield this.#push(new Uint8Array(0), DECODERS.has(this.#format) ? FINISH : finishFlush);
      const isCut = DECODERS.has(this.#format) && this.#handle !== undefined && unused(this.#handle) < 0;
      if (isCut) {
        this.close();
        throw zlibError("unexpected end of file");
      }
    }
    this.close();
  }

  /** Compresses all bytes, and returns the result. */
  whole(bytes: Bytes): ArrayBuffer {
    const result = this.#push(bytes, this.#settings.finishFlush);
    this.close();
    return result;
  }

  /** Compresses all bytes in a thread, and calls back with the result. */
  later(bytes: Bytes, done: (error: Error | null, result: ArrayBuffer) => void): void {
    const handle = this.#open(bytes);
    pushLater(handle, bytes.buffer, bytes.byteOffset, bytes.byteLength, this.#settings.finishFlush, (result) =>
      typeof result === "string" ? done(zlibError(result), new ArrayBuffer(0)) : done(null, result),
    );
  }

  close(): void {
    if (this.#handle !== undefined) {
      closeStream(this.#handle);
      this.#handle = undefined;
    }
  }

  *#piece(bytes: Bytes): Generator<ArrayBuffer> {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#isEnded && !this.#startNext(rest)) {
        return;
      }
      const result = this.#push(rest, NO_FLUSH);
      if (result.byteLength > 0) {
        yield result;
      }
      const left = this.#handle === undefined ? -1 : unused(this.#handle);
      if (left < 0) {
        return;
      }
      this.#isEnded = true;
      rest = rest.subarray(rest.length - left);
    }
  }

  /**
   * True if another member follows. After a gzip member, a zero byte is padding; other data must be
   * a member.
   */
  #startNext(bytes: Bytes): boolean {
    const hasMembers = ["gunzip", "unxz", "unzip", "unzstd"].includes(this.#format);
    if (!hasMembers || bytes[0] === 0) {
      return false;
    }
    this.close();
    this.#isEnded = false;
    return true;
  }

  #push(bytes: Bytes, flush: number): ArrayBuffer {
    this.#handle ??= this.#open(bytes);
    const result = push(this.#handle, bytes.buffer, bytes.byteOffset, bytes.byteLength, flush);
    if (typeof result === "string") {
      this.close();
      throw zlibError(result, this.#format === "unzstd");
    }
    return result;
  }

  #open(bytes: Bytes): number {
    const guessed = bytes[0] === 0x1f || bytes.length === 0 ? "gunzip" : "inflate";
    const { level, memLevel, strategy, chunkSize, dictionary } = this.#settings;
    const format = this.#format === "unzip" ? guessed : this.#format;
    const handle = newStream(format, level, memLevel, strategy, chunkSize);
    if (handle < 0) {
      throw notSupported(`${this.#format} of node:zlib`);
    }
    // As in Node.js, gzip ignores a dictionary.
    if (dictionary !== undefined && format !== "gzip") {
      const { buffer, byteOffset, byteLength } = inputBytes(dictionary);
      setDictionary(handle, buffer, byteOffset, byteLength);
    }
    return handle;
  }
}
