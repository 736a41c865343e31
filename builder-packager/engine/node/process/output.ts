import * as native from "engine:fs";
import { setImmediate } from "engine:loop";
import { isTerminal, windowSize } from "engine:process";
import { systemError } from "../errors.ts";
import { bytesOf } from "../fs/write.ts";
import type * as colors from "../internal/color-depth.ts";
import { Emitter } from "../internal/emitter.ts";
import { lazily } from "../internal/lazy.ts";

const EAGAIN = -11;
const LONGEST_PAUSE = 16;

type Done = (error?: Error | null) => void;

/**
 * Standard output or standard error. Writing is synchronous, as in Node.js for files, pipes and
 * terminals, so nothing is lost when the process ends. It has the methods that `pipe` needs, but is
 * not a complete stream.
 */
export class Output extends Emitter {
  readonly fd: number;
  readonly writable = true;
  readonly writableNeedDrain = false;
  readonly writableLength = 0;
  readonly writableHighWaterMark = 16_384;
  writableEnded = false;
  destroyed = false;
  #encoding = "utf8";

  constructor(fd: number) {
    super();
    this.fd = fd;
  }

  get isTTY(): boolean | undefined {
    // Undefined if it is none, as in Node.js
    return isTerminal(this.fd) || undefined;
  }

  get columns(): number | undefined {
    const size = windowSize(this.fd);
    return typeof size === "number" ? undefined : size[0];
  }

  get rows(): number | undefined {
    const size = windowSize(this.fd);
    return typeof size === "number" ? undefined : size[1];
  }

  // Node.js has these methods on terminals only.

  get getWindowSize(): (() => [number | undefined, number | undefined]) | undefined {
    return this.isTTY ? () => [this.columns, this.rows] : undefined;
  }

  get hasColors(): typeof colors.hasColors | undefined {
    return this.isTTY ? lazily<typeof colors, "hasColors">("internal/color-depth", "hasColors") : undefined;
  }

  get getColorDepth(): typeof colors.getColorDepth | undefined {
    return this.isTTY ? lazily<typeof colors, "getColorDepth">("internal/color-depth", "getColorDepth") : undefined;
  }

  setDefaultEncoding(encoding: string): this {
    this.#encoding = encoding;
    return this;
  }

  write(chunk: string | Uint8Array, encodingOrDone?: string | Done, done?: Done): boolean {
    const encoding = typeof encodingOrDone === "string" ? encodingOrDone : this.#encoding;
    const finished = typeof encodingOrDone === "function" ? encodingOrDone : done;
    const result = writeAll(this.fd, bytesOf(chunk, encoding, "chunk"));
    const error = result < 0 ? systemError(result, "write") : null;
    if (error !== null || finished !== undefined) {
      setImmediate(() => {
        finished?.(error);
        if (error !== null) {
          this.emit("error", error);
        }
      });
    }
    return true;
  }

  end(chunk?: string | Uint8Array | Done, encoding?: string | Done, done?: Done): this {
    if (typeof chunk === "string" || chunk instanceof Uint8Array) {
      this.write(chunk, typeof encoding === "string" ? encoding : undefined);
    }
    this.writableEnded = true;
    const finished = [chunk, encoding, done].find((each): each is Done => typeof each === "function");
    setImmediate(() => {
      this.emit("finish");
      finished?.();
    });
    return this;
  }

  cork(): void {}

  uncork(): void {}

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** Does nothing to the descriptor, which stays open because other processes may write to it. */
  destroy(): this {
    return this;
  }
}

/** A full pipe that does not block gets its time to drain. */
function writeAll(fd: number, bytes: Uint8Array<ArrayBuffer>): number {
  let at = 0;
  let pause = 1;
  while (at < bytes.length) {
    const count = native.write(fd, bytes.buffer, bytes.byteOffset + at, bytes.length - at, -1);
    if (count === EAGAIN) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    } else if (count < 0) {
      return count;
    } else {
      at += count;
      pause = 1;
    }
  }
  return at;
}
