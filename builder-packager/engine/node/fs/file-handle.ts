import * as native from "engine:fs";
import { AbortError } from "../errors.ts";
import { bufferOf } from "../internal/bytes.ts";
import { lazily } from "../internal/lazy.ts";
import { inTurn } from "../internal/turns.ts";
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  openSync,
  readSync,
  writeSync,
} from "./descriptors.ts";
import { fileOptions } from "./flags.ts";
import { checked } from "./paths.ts";
import { readFileSync } from "./read.ts";
import { type BigIntStats, fstatSync, type StatOptions, type Stats } from "./stats.ts";
import type * as streams from "./streams.ts";
import type { ReadStreamOptions, WriteStreamOptions } from "./streams.ts";
import type { TimeLike } from "./times.ts";
import { appendFileSync, writeFileSync } from "./write.ts";

const createReadStream = lazily<typeof streams, "createReadStream">("fs/streams", "createReadStream");
const createWriteStream = lazily<typeof streams, "createWriteStream">("fs/streams", "createWriteStream");

interface ReadOptions {
  readonly buffer?: ArrayBufferView | undefined;
  readonly offset?: number | null | undefined;
  readonly length?: number | null | undefined;
  readonly position?: number | bigint | null | undefined;
}

const PIECE = 16_384;
const EBADF = -9;

/** An open file, as `fs.promises.open` returns it. */
export class FileHandle implements AsyncDisposable {
  #fd: number;
  #onClose: (() => void)[] = [];

  constructor(fd: number) {
    this.#fd = fd;
  }

  get fd(): number {
    return this.#fd;
  }

  /** Adds a listener that is called once. `close` is the only event. */
  once(name: string, listener: () => void): this {
    if (name === "close") {
      this.#onClose.push(listener);
    }
    return this;
  }

  on(name: string, listener: () => void): this {
    return this.once(name, listener);
  }

  off(_name: string, listener: () => void): this {
    this.#onClose = this.#onClose.filter((each) => each !== listener);
    return this;
  }

  #run<T>(syscall: string, operation: (fd: number) => T): Promise<Awaited<T>> {
    return inTurn(() => operation(checked<number>(this.#fd < 0 ? EBADF : this.#fd, syscall)));
  }

  read<T extends ArrayBufferView>(
    bufferOrOptions?: T | ReadOptions | null,
    offsetOrOptions?: number | ReadOptions | null,
    length?: number | null,
    position?: number | bigint | null,
  ): Promise<{ bytesRead: number; buffer: T }> {
    const isBuffer = ArrayBuffer.isView(bufferOrOptions);
    const options = isBuffer ? undefined : (bufferOrOptions ?? {});
    const buffer = isBuffer ? bufferOrOptions : (options?.buffer ?? bufferOf(new ArrayBuffer(PIECE)));
    return this.#run("read", (fd) => {
      const bytesRead = readSync(fd, buffer, options ?? offsetOrOptions, length, position);
      return { bytesRead, buffer: buffer as T };
    });
  }

  readv(
    buffers: readonly ArrayBufferView[],
    position?: number | null,
  ): Promise<{ bytesRead: number; buffers: unknown }> {
    return this.#run("read", (fd) => {
      let bytesRead = 0;
      for (const buffer of buffers) {
        const at = typeof position === "number" ? position + bytesRead : null;
        const count = readSync(fd, buffer, 0, buffer.byteLength, at);
        bytesRead += count;
        if (count < buffer.byteLength) {
          break;
        }
      }
      return { bytesRead, buffers };
    });
  }

  write<T extends string | ArrayBufferView>(
    buffer: T,
    offsetOrPosition?: number | null,
    lengthOrEncoding?: number | string | null,
    position?: number | null,
  ): Promise<{ bytesWritten: number; buffer: T }> {
    return this.#run("write", (fd) => ({
      bytesWritten: writeSync(fd, buffer, offsetOrPosition, lengthOrEncoding, position),
      buffer,
    }));
  }

  writev(
    buffers: readonly ArrayBufferView[],
    position?: number | null,
  ): Promise<{ bytesWritten: number; buffers: unknown }> {
    return this.#run("write", (fd) => {
      let bytesWritten = 0;
      for (const buffer of buffers) {
        const at = typeof position === "number" ? position + bytesWritten : null;
        bytesWritten += writeSync(fd, buffer, 0, buffer.byteLength, at);
      }
      return { bytesWritten, buffers };
    });
  }

  readFile(options?: unknown): Promise<string | Buffer> {
    return this.#run("read", (fd) => {
      refuseAborted(fileOptions(options).signal);
      return readFileSync(fd, options);
    });
  }

  writeFile(data: unknown, options?: unknown): Promise<void> {
    return this.#run("write", async (fd) => writeData((piece) => writeFileSync(fd, piece, options), data, options));
  }

  appendFile(data: unknown, options?: unknown): Promise<void> {
    return this.#run("write", async (fd) => writeData((piece) => appendFileSync(fd, piece, options), data, options));
  }

  stat(options?: StatOptions): Promise<Stats | BigIntStats | undefined> {
    return this.#run("fstat", (fd) => fstatSync(fd, options));
  }

  chmod(mode: string | number): Promise<void> {
    return this.#run("fchmod", (fd) => fchmodSync(fd, mode));
  }

  chown(uid: number, gid: number): Promise<void> {
    return this.#run("fchown", (fd) => fchownSync(fd, uid, gid));
  }

  utimes(atime: TimeLike, mtime: TimeLike): Promise<void> {
    return this.#run("futime", (fd) => futimesSync(fd, atime, mtime));
  }

  truncate(length?: number): Promise<void> {
    return this.#run("ftruncate", (fd) => ftruncateSync(fd, length));
  }

  sync(): Promise<void> {
    return this.#run("fsync", fsyncSync);
  }

  datasync(): Promise<void> {
    return this.#run("fdatasync", fdatasyncSync);
  }

  createReadStream(options?: ReadStreamOptions): unknown {
    return createReadStream("", { ...options, fd: this });
  }

  createWriteStream(options?: WriteStreamOptions): unknown {
    return createWriteStream("", { ...options, fd: this });
  }

  async close(): Promise<void> {
    const fd = this.#fd;
    if (fd < 0) {
      return;
    }
    this.#fd = -1;
    closeSync(fd);
    for (const listener of this.#onClose.splice(0)) {
      listener();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

type Iterated = AsyncIterable<unknown> | Iterable<unknown>;

const isIterated = (data: unknown): data is Iterated =>
  typeof data === "object" &&
  data !== null &&
  !ArrayBuffer.isView(data) &&
  (Symbol.asyncIterator in data || Symbol.iterator in data);

/** Writes what a stream or a generator gives, one after the other. */
async function writeData(write: (piece: unknown) => void, data: unknown, options: unknown): Promise<void> {
  const { signal } = fileOptions(options);
  refuseAborted(signal);
  if (!isIterated(data)) {
    write(data);
    return;
  }
  for await (const piece of data) {
    refuseAborted(signal);
    await inTurn(() => write(piece));
  }
}

export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new AbortError(undefined, { cause: signal.reason });
  }
}

export const open = (path: unknown, flags?: string | number, mode?: string | number): Promise<FileHandle> =>
  inTurn(() => new FileHandle(openSync(path, flags ?? "r", mode)));

/** Writes a whole file from a string, bytes or an iterable. */
export async function writeFile(path: unknown, data: unknown, options?: unknown): Promise<void> {
  await writeOrAppend(path, data, options, "w");
}

export async function appendFile(path: unknown, data: unknown, options?: unknown): Promise<void> {
  await writeOrAppend(path, data, options, "a");
}

async function writeOrAppend(path: unknown, data: unknown, options: unknown, usual: string): Promise<void> {
  const found = fileOptions(options);
  if (path instanceof FileHandle) {
    await path.writeFile(data, options);
    return;
  }
  refuseAborted(found.signal);
  if (!isIterated(data)) {
    await inTurn(() => writeFileSync(path, data, { ...found, flag: found.flag ?? usual }));
    return;
  }
  const fd = openSync(path, found.flag ?? usual, found.mode);
  try {
    await writeData((piece) => writeFileSync(fd, piece, found), data, found);
  } finally {
    native.close(fd);
  }
}
