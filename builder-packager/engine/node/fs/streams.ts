import * as native from "engine:fs";
import { read as readInThread, setImmediate, write as writeInThread } from "engine:loop";
import { outOfRange, systemError } from "../errors.ts";
import { bufferOf, encodingNamed } from "../internal/bytes.ts";
import { checkInteger } from "../internal/checks.ts";
import { Readable, Writable } from "../stream/index.ts";
import { flagsOf, modeOf } from "./flags.ts";
import { pathOf } from "./paths.ts";
import { bytesOf } from "./write.ts";

/** A descriptor, or a FileHandle, which is closed by its own method. */
type Source = number | { readonly fd: number; close(): Promise<void> };

interface StreamOptions {
  readonly flags?: string | undefined;
  readonly encoding?: BufferEncoding | null | undefined;
  readonly fd?: Source | undefined;
  readonly mode?: number | undefined;
  readonly autoClose?: boolean | undefined;
  readonly emitClose?: boolean | undefined;
  readonly start?: number | undefined;
  readonly highWaterMark?: number | undefined;
  readonly signal?: AbortSignal | null | undefined;
}

export interface ReadStreamOptions extends StreamOptions {
  readonly end?: number | undefined;
}

export interface WriteStreamOptions extends StreamOptions {
  readonly flush?: boolean | undefined;
}

type Done = (error?: Error | null) => void;

/** Pipes and terminals make a reader wait, so that happens in a thread. A file is there. */
function isRegular(fd: number): boolean {
  const fields = native.fstat(fd);
  return typeof fields !== "number" && ((fields[1] ?? 0) & 0o170000) === 0o100000;
}

/** The operations that both kinds of streams perform on their descriptor. */
class OpenFile {
  fd: number | null;
  isRegular = true;
  readonly #handle: { close(): Promise<void> } | undefined;

  constructor(source: Source | undefined) {
    this.#handle = typeof source === "object" ? source : undefined;
    this.fd = (typeof source === "object" ? source.fd : source) ?? null;
    this.isRegular = this.fd === null || isRegular(this.fd);
  }

  open(path: string, flags: number, mode: number): Error | undefined {
    const result = native.open(path, flags, mode);
    if (result < 0) {
      return systemError(result, "open", path);
    }
    this.fd = result;
    this.isRegular = isRegular(result);
    return undefined;
  }

  close(done: Done, error: Error | null): void {
    const { fd } = this;
    this.fd = null;
    if (fd === null) {
      done(error);
    } else if (this.#handle === undefined) {
      const result = native.close(fd);
      done(error ?? (result < 0 ? systemError(result, "close") : null));
    } else {
      this.#handle.close().then(() => done(error), done);
    }
  }
}

function checkPosition(value: number | undefined, name: string): void {
  if (value !== undefined && value !== Number.POSITIVE_INFINITY) {
    checkInteger(value, name, 0);
  }
}

export class ReadStream extends Readable {
  readonly path: string;
  readonly flags: string;
  readonly start: number | undefined;
  readonly end: number;
  readonly autoClose: boolean;
  bytesRead = 0;
  readonly #file: OpenFile;
  #position: number;
  readonly #mode: number;

  constructor(path: unknown, options: ReadStreamOptions = {}) {
    const { autoClose = true, emitClose = true, highWaterMark = 64 * 1024, encoding, signal } = options;
    checkPosition(options.start, "start");
    checkPosition(options.end, "end");
    if (options.start !== undefined && options.end !== undefined && options.start > options.end) {
      throw outOfRange("start", `<= "end" (here: ${options.end})`, options.start);
    }
    super({
      autoDestroy: autoClose,
      emitClose,
      highWaterMark,
      ...(encoding ? { encoding } : {}),
      ...(signal ? { signal } : {}),
    });
    this.path = options.fd === undefined ? pathOf(path) : (path as string);
    this.flags = options.flags ?? "r";
    this.#mode = modeOf(options.mode, "mode", 0o666);
    this.start = options.start;
    this.end = options.end ?? Number.POSITIVE_INFINITY;
    this.autoClose = autoClose;
    this.#position = options.start ?? -1;
    this.#file = new OpenFile(options.fd);
  }

  get fd(): number | null {
    return this.#file.fd;
  }

  get pending(): boolean {
    return this.fd === null;
  }

  override _construct(done: Done): void {
    // In a turn of its own, as in Node.js: listeners are added after the constructor.
    setImmediate(() => {
      if (this.#file.fd === null) {
        const error = this.#file.open(this.path, flagsOf(this.flags), this.#mode);
        if (error !== undefined) {
          done(error);
          return;
        }
      }
      done();
      this.emit("open", this.#file.fd);
      this.emit("ready");
    });
  }

  override _read(size: number): void {
    const left = this.end - (this.start ?? 0) + 1 - this.bytesRead;
    const length = Math.min(size, left);
    const { fd } = this.#file;
    if (length <= 0 || fd === null) {
      this.push(null);
    } else if (this.#file.isRegular) {
      setImmediate(() => this.#readFile(length));
    } else {
      readInThread(fd, length, (result) => this.#received(result));
    }
  }

  #readFile(length: number): void {
    const { fd } = this.#file;
    // It may have been destroyed meanwhile.
    if (fd === null) {
      return;
    }
    const bytes = new ArrayBuffer(length);
    const count = native.read(fd, bytes, 0, length, this.#position);
    if (count > 0 && this.#position >= 0) {
      this.#position += count;
    }
    this.#received(count < 0 ? count : bytes.slice(0, count));
  }

  #received(result: ArrayBuffer | number): void {
    if (typeof result === "number") {
      this.destroy(systemError(result, "read"));
      return;
    }
    this.bytesRead += result.byteLength;
    this.push(result.byteLength === 0 ? null : bufferOf(result));
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#file.close(done, error);
  }

  close(done?: Done): void {
    closeStream(this, done);
  }
}

function closeStream(stream: ReadStream, done: Done | undefined): void {
  if (done !== undefined) {
    if (stream.closed) {
      queueMicrotask(() => done());
    } else {
      stream.once("close", () => done());
    }
  }
  stream.destroy();
}

export class WriteStream extends Writable {
  readonly path: string;
  readonly flags: string;
  readonly start: number | undefined;
  readonly autoClose: boolean;
  bytesWritten = 0;
  readonly #file: OpenFile;
  readonly #mode: number;
  readonly #isFlushed: boolean;
  #position: number;

  constructor(path: unknown, options: WriteStreamOptions = {}) {
    const { autoClose = true, emitClose = true, highWaterMark, encoding, signal } = options;
    checkPosition(options.start, "start");
    super({
      autoDestroy: autoClose,
      emitClose,
      decodeStrings: true,
      ...(highWaterMark === undefined ? {} : { highWaterMark }),
      ...(encoding ? { defaultEncoding: encoding } : {}),
      ...(signal ? { signal } : {}),
    });
    this.path = options.fd === undefined ? pathOf(path) : (path as string);
    this.flags = options.flags ?? "w";
    this.#mode = modeOf(options.mode, "mode", 0o666);
    this.start = options.start;
    this.autoClose = autoClose;
    this.#isFlushed = options.flush === true;
    this.#position = options.start ?? -1;
    this.#file = new OpenFile(options.fd);
  }

  get fd(): number | null {
    return this.#file.fd;
  }

  get pending(): boolean {
    return this.fd === null;
  }

  override _construct(done: Done): void {
    setImmediate(() => {
      if (this.#file.fd === null) {
        const error = this.#file.open(this.path, flagsOf(this.flags), this.#mode);
        if (error !== undefined) {
          done(error);
          return;
        }
      }
      done();
      this.emit("open", this.#file.fd);
      this.emit("ready");
    });
  }

  override _write(chunk: Uint8Array<ArrayBuffer> | string, encoding: BufferEncoding, done: Done): void {
    const bytes = typeof chunk === "string" ? bytesOf(chunk, encodingNamed(encoding) ?? "utf8") : chunk;
    const { fd } = this.#file;
    if (fd === null) {
      done(systemError(-9, "write"));
    } else if (this.#file.isRegular) {
      setImmediate(() => done(this.#writeFile(fd, bytes)));
    } else {
      writeInThread(fd, bytes.buffer, bytes.byteOffset, bytes.byteLength, (result) => {
        this.bytesWritten += Math.max(result, 0) === 0 ? bytes.byteLength : 0;
        done(result < 0 ? systemError(result, "write") : null);
      });
    }
  }

  #writeFile(fd: number, bytes: Uint8Array<ArrayBuffer>): Error | null {
    let at = 0;
    while (at < bytes.byteLength) {
      const count = native.write(fd, bytes.buffer, bytes.byteOffset + at, bytes.byteLength - at, this.#position);
      if (count < 0) {
        return systemError(count, "write");
      }
      at += count;
      this.bytesWritten += count;
      if (this.#position >= 0) {
        this.#position += count;
      }
    }
    return null;
  }

  override _final(done: Done): void {
    const result = this.#isFlushed && this.#file.fd !== null ? native.fsync(this.#file.fd) : 0;
    done(result < 0 ? systemError(result, "fsync") : null);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#file.close(done, error);
  }

  close(done?: Done): void {
    if (done !== undefined) {
      if (this.closed) {
        queueMicrotask(() => done());
        return;
      }
      this.once("close", () => done());
    }
    if (!this.autoClose) {
      this.once("finish", () => this.destroy());
    }
    this.end();
  }
}

export const createReadStream = (path: unknown, options?: ReadStreamOptions | BufferEncoding): ReadStream =>
  new ReadStream(path, typeof options === "string" ? { encoding: options } : options);

export const createWriteStream = (path: unknown, options?: WriteStreamOptions | BufferEncoding): WriteStream =>
  new WriteStream(path, typeof options === "string" ? { encoding: options } : options);
