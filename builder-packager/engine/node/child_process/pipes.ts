import { shutdown } from "engine:child";
import * as native from "engine:fs";
import { read, write } from "engine:loop";
import { systemError } from "../errors.ts";
import { bufferOf } from "../internal/bytes.ts";
import { Duplex, Readable, Writable } from "../stream/index.ts";

const EPIPE = -32;

type Done = (error?: Error | null) => void;

/** The parent's end of the pipe that receives a child's output. */
export class PipeReader extends Readable {
  #fd: number;
  #isReading = false;
  #closes = false;

  constructor(fd: number) {
    super({ highWaterMark: 64 * 1024 });
    this.#fd = fd;
  }

  get fd(): number {
    return this.#fd;
  }

  override _read(size: number): void {
    if (this.#fd < 0) {
      this.push(null);
      return;
    }
    this.#isReading = true;
    read(this.#fd, size, (result) => {
      this.#isReading = false;
      if (this.#closes) {
        this.#close();
      } else if (typeof result === "number") {
        this.destroy(systemError(result, "read"));
      } else {
        this.push(result.byteLength === 0 ? null : bufferOf(result));
      }
    });
  }

  override _destroy(error: Error | null, done: Done): void {
    // A descriptor that is being read stays open until then, or its number could be that of another file.
    if (this.#isReading) {
      this.#closes = true;
    } else {
      this.#close();
    }
    done(error);
  }

  #close(): void {
    if (this.#fd >= 0) {
      native.close(this.#fd);
      this.#fd = -1;
    }
  }

  /** Does nothing: the engine always keeps the process alive while it reads. */
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** The parent's end of the pipe that provides a child's input. */
export class PipeWriter extends Writable {
  #fd: number;
  #isWriting = false;
  #closes = false;

  constructor(fd: number) {
    super({ highWaterMark: 64 * 1024, decodeStrings: true });
    this.#fd = fd;
  }

  get fd(): number {
    return this.#fd;
  }

  override _write(chunk: Uint8Array<ArrayBuffer>, _encoding: BufferEncoding, done: Done): void {
    if (this.#fd < 0) {
      done(systemError(EPIPE, "write"));
      return;
    }
    this.#isWriting = true;
    write(this.#fd, chunk.buffer, chunk.byteOffset, chunk.byteLength, (result) => {
      this.#isWriting = false;
      if (this.#closes) {
        this.#close();
      }
      done(result < 0 ? systemError(result, "write") : null);
    });
  }

  override _destroy(error: Error | null, done: Done): void {
    if (this.#isWriting) {
      this.#closes = true;
    } else {
      this.#close();
    }
    done(error);
  }

  /** Closes the pipe at the end of the stream, so that the child reads the end of its input. */
  override _final(done: Done): void {
    this.#close();
    done();
  }

  #close(): void {
    if (this.#fd >= 0) {
      native.close(this.#fd);
      this.#fd = -1;
    }
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/**
 * The parent's end of a further pipe of a child, to which both sides write. As in Node.js, it is a
 * socket.
 */
export class PipeSocket extends Duplex {
  #fd: number;
  /** Operations in threads: the descriptor is not closed before they are back. */
  #pending = 0;

  constructor(fd: number) {
    super({ allowHalfOpen: false });
    this.#fd = fd;
  }

  override _read(size: number): void {
    if (this.#fd < 0) {
      this.push(null);
      return;
    }
    this.#pending++;
    read(this.#fd, size, (result) => {
      this.#back();
      if (this.destroyed) {
        return;
      }
      if (typeof result === "number") {
        this.destroy(systemError(result, "read"));
      } else {
        this.push(result.byteLength === 0 ? null : bufferOf(result));
      }
    });
  }

  override _write(chunk: Uint8Array<ArrayBuffer>, _encoding: BufferEncoding, done: Done): void {
    if (this.#fd < 0) {
      done(systemError(EPIPE, "write"));
      return;
    }
    this.#pending++;
    write(this.#fd, chunk.buffer, chunk.byteOffset, chunk.byteLength, (result) => {
      this.#back();
      done(result < 0 ? systemError(result, "write") : null);
    });
  }

  /** Ends the child's input; its output still comes. */
  override _final(done: Done): void {
    shutdown(this.#fd, true);
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    shutdown(this.#fd, false);
    this.#closeIfIdle();
    done(error);
  }

  #back(): void {
    this.#pending--;
    if (this.destroyed) {
      this.#closeIfIdle();
    }
  }

  #closeIfIdle(): void {
    if (this.#pending === 0 && this.#fd >= 0) {
      native.close(this.#fd);
      this.#fd = -1;
    }
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
