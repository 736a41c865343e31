import { CnbError } from "../errors.ts";

/** Reads a stream of chunks in amounts that the caller chooses, without copying where a chunk suffices. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** Exactly `length` bytes, or undefined when the stream ends before the first of them. */
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
    if (missing > 0) throw truncated();
    const [first = new Uint8Array(0)] = parts;
    return parts.length > 1 ? Buffer.concat(parts) : Buffer.from(first.buffer, first.byteOffset, first.length);
  }

  /** The next `length` bytes as they come. */
  async *chunks(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let missing = length; missing > 0; ) {
      const part = this.#take(missing) ?? ((await this.#fill()) ? this.#take(missing) : undefined);
      if (part === undefined) throw truncated();
      missing -= part.length;
      yield part;
    }
  }

  async skip(length: number): Promise<void> {
    for await (const _ of this.chunks(length));
  }

  /** Reads to the end of the stream, so that whoever checks its digest sees all of it. */
  async drain(): Promise<void> {
    this.#rest = new Uint8Array(0);
    while (await this.#fill());
  }

  /** Gives the source up before its end. */
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

const truncated = (): CnbError => new CnbError("TAR_INVALID", "the tar archive ends in the middle of a member");
