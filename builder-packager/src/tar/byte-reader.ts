import { readSync } from "node:fs";
import { CnbError } from "../errors.ts";

/** Reads a source in portions whose sizes the caller chooses. */
export interface ByteReader {
  /** Reads exactly `length` bytes. Returns undefined if the source has ended. */
  read(length: number): Promise<Buffer | undefined>;
  /** Reads the next `length` bytes, in chunks as they arrive. */
  chunks(length: number): AsyncIterable<Uint8Array>;
  skip(length: number): Promise<void>;
  /** Reads to the end of the source, so that the source's digest is complete. */
  drain(): Promise<void>;
  /** Closes the source before its end. */
  close(): Promise<void>;
}

/** Reads a stream of chunks. Data is only copied if it spans several chunks. */
export class StreamReader implements ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #truncated: () => CnbError;
  #rest: Uint8Array = new Uint8Array(0);

  /** @param truncated creates the error for a source that ends too early */
  constructor(source: AsyncIterable<Uint8Array>, truncated: () => CnbError = truncatedArchive) {
    this.#chunks = source[Symbol.asyncIterator]();
    this.#truncated = truncated;
  }

  async read(length: number): Promise<Buffer | undefined> {
    const parts: Uint8Array[] = [];
    let missing = length;
    while (missing > 0) {
      const part = this.#take(missing) ?? ((await this.#fill()) ? this.#take(missing) : undefined);
      if (part === undefined) break;
      parts.push(part);
      missing -= part.length;
    }
    if (missing > 0 && parts.length === 0) return undefined;
    if (missing > 0) throw this.#truncated();
    const [first = new Uint8Array(0)] = parts;
    return parts.length > 1 ? Buffer.concat(parts) : Buffer.from(first.buffer, first.byteOffset, first.length);
  }

  async *chunks(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let missing = length; missing > 0; ) {
      const part = this.#take(missing) ?? ((await this.#fill()) ? this.#take(missing) : undefined);
      if (part === undefined) throw this.#truncated();
      missing -= part.length;
      yield part;
    }
  }

  async skip(length: number): Promise<void> {
    for await (const _ of this.chunks(length));
  }

  async drain(): Promise<void> {
    this.#rest = new Uint8Array(0);
    while (await this.#fill());
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  #take(length: number): Uint8Array | undefined {
    if (this.#rest.length === 0) return undefined;
    const part = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  async #fill(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return false;
      this.#rest = value;
      if (value.length > 0) return true;
    }
  }
}

/** Reads a file by position, so that skipped parts are not read. */
export class FileReader implements ByteReader {
  readonly #fd: number;
  #position = 0;

  /** @param fd the descriptor of the file, which the caller must close */
  constructor(fd: number) {
    this.#fd = fd;
  }

  async read(length: number): Promise<Buffer | undefined> {
    const bytes = Buffer.alloc(length);
    const count = readFully(this.#fd, bytes, this.#position);
    this.#position += count;
    if (count === length) return bytes;
    if (count === 0) return undefined;
    throw truncatedArchive();
  }

  async *chunks(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let missing = length; missing > 0; ) {
      const part = await this.read(Math.min(missing, 1024 * 1024));
      if (part === undefined) throw truncatedArchive();
      missing -= part.length;
      yield part;
    }
  }

  async skip(length: number): Promise<void> {
    this.#position += length;
  }

  async drain(): Promise<void> {}

  async close(): Promise<void> {}
}

function readFully(fd: number, bytes: Uint8Array, position: number): number {
  let done = 0;
  while (done < bytes.length) {
    const count = readSync(fd, bytes, done, bytes.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

const truncatedArchive = (): CnbError => new CnbError("TAR_INVALID", "the tar archive ends in the middle of a member");
