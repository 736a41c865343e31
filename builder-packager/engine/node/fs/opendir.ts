import * as native from "engine:fs";
import { codedError } from "../errors.ts";
import { checkInteger } from "../internal/checks.ts";
import { inTurn } from "../internal/turns.ts";
import { join } from "../path/parts.ts";
import { type Dirent, direntOf } from "./dirent.ts";
import { checked, type NameEncoding, nameEncodingOf, pathOf } from "./paths.ts";

type Callback<T> = (error: Error | null, result?: T) => void;

/**
 * An open directory. The engine reads all entries at once, and `Dir` returns them one by one in the
 * system's order.
 */
export class Dir {
  readonly path: string;
  readonly #list: readonly (string | number)[];
  readonly #encoding: NameEncoding;
  readonly #isRecursive: boolean;
  readonly #inner: Dir[] = [];
  #at = 0;
  #isClosed = false;

  constructor(path: string, list: readonly (string | number)[], encoding: NameEncoding, isRecursive: boolean) {
    this.path = path;
    this.#list = list;
    this.#encoding = encoding;
    this.#isRecursive = isRecursive;
  }

  readSync(): Dirent | null {
    if (this.#isClosed) {
      throw codedError(Error, "ERR_DIR_CLOSED", "Directory handle was closed");
    }
    for (let inner = this.#inner.at(-1); inner !== undefined; inner = this.#inner.at(-1)) {
      const entry = inner.readSync();
      if (entry !== null) {
        return entry;
      }
      this.#inner.pop();
    }
    const name = this.#list[this.#at] as string | undefined;
    if (name === undefined) {
      return null;
    }
    const entry = direntOf(name, this.path, this.#list[this.#at + 1] as number, this.#encoding);
    this.#at += 2;
    if (this.#isRecursive && entry.isDirectory()) {
      this.#inner.push(opendirSync(join(this.path, name), { encoding: this.#encoding, recursive: true }));
    }
    return entry;
  }

  read(): Promise<Dirent | null>;
  read(callback: Callback<Dirent | null>): void;
  read(callback?: Callback<Dirent | null>): Promise<Dirent | null> | undefined {
    const result = inTurn(() => this.readSync());
    if (callback === undefined) {
      return result;
    }
    result.then((entry) => callback(null, entry), callback);
    return undefined;
  }

  closeSync(): void {
    if (this.#isClosed) {
      throw codedError(Error, "ERR_DIR_CLOSED", "Directory handle was closed");
    }
    this.#isClosed = true;
  }

  close(): Promise<void>;
  close(callback: Callback<void>): void;
  close(callback?: Callback<void>): Promise<void> | undefined {
    const result = inTurn(() => this.closeSync());
    if (callback === undefined) {
      return result;
    }
    result.then(() => callback(null), callback);
    return undefined;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Dirent, void, void> {
    try {
      for (let entry = await this.read(); entry !== null; entry = await this.read()) {
        yield entry;
      }
    } finally {
      this.#isClosed = true;
    }
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
  }
}

export interface OpendirOptions {
  readonly encoding?: string | null | undefined;
  readonly recursive?: boolean | undefined;
  /** The number of entries that are read at once; the engine reads all. */
  readonly bufferSize?: number | undefined;
}

export function opendirSync(path: unknown, options?: OpendirOptions | string | null): Dir {
  const directory = pathOf(path);
  const encoding = nameEncodingOf(options);
  const { bufferSize } = (typeof options === "object" && options) || {};
  if (bufferSize !== undefined) {
    checkInteger(bufferSize, "options.bufferSize", 1, 2 ** 32 - 1);
  }
  const list = checked(native.readdir(directory), "opendir", directory);
  const isRecursive = typeof options === "object" && options?.recursive === true;
  return new Dir(directory, list, encoding, isRecursive);
}
