import { closeStream, newStream, push, unused } from "engine:zlib";
import { notSupported } from "../errors.ts";
import { zlibError } from "./errors.ts";

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

const DECODERS: ReadonlySet<Format> = new Set(["gunzip", "inflate", "inflateRaw", "unxz", "unzip", "unzstd"]);

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A compression or decompression stream of the engine. As in Node.js, a gzip member that follows
 * the first one is decompressed as well.
 */
export class Codec {
  readonly #format: Format;
  readonly #level: number;
  #handle: number | undefined;
  #isEnded = false;

  constructor(format: Format, level: number) {
    this.#format = format;
    this.#level = level;
  }

  /** Compresses or decompresses bytes, and yields each piece of the result. */
  *run(bytes: Bytes): Generator<ArrayBuffer> {
    for (let start = 0; start < bytes.length; start += PIECE) {
      yield* this.#piece(bytes.subarray(start, start + PIECE));
    }
  }

  /**
   * Yields the remaining output after the last input. An incomplete compressed stream is an error,
   * unless `isTolerant` is true.
   */
  *end(isTolerant = false): Generator<ArrayBuffer> {
    if (!this.#isEnded && !isTolerant) {
      yield this.#push(new Uint8Array(0), true);
      const isCut = DECODERS.has(this.#format) && this.#handle !== undefined && unused(this.#handle) < 0;
      if (isCut) {
        this.close();
        throw zlibError("unexpected end of file");
      }
    }
    this.close();
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
      const result = this.#push(rest, false);
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

  #push(bytes: Bytes, isEnd: boolean): ArrayBuffer {
    this.#handle ??= this.#open(bytes);
    const result = push(this.#handle, bytes.buffer, bytes.byteOffset, bytes.byteLength, isEnd);
    if (typeof result === "string") {
      this.close();
      throw zlibError(result, this.#format === "unzstd");
    }
    return result;
  }

  #open(bytes: Bytes): number {
    const guessed = bytes[0] === 0x1f || bytes.length === 0 ? "gunzip" : "inflate";
    const handle = newStream(this.#format === "unzip" ? guessed : this.#format, this.#level);
    if (handle < 0) {
      throw notSupported(`${this.#format} of node:zlib`);
    }
    return handle;
  }
}
