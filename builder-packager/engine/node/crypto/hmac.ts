import { digest, updateHash } from "engine:crypto";
import { Buffer } from "../buffer/class.ts";
import { codedError, invalidArgType } from "../errors.ts";
import { checkString } from "../internal/checks.ts";
import { algorithmOf, startHash } from "./algorithm.ts";
import { bytesOf, type Data } from "./data.ts";
import { becomeTransform, callable } from "./hash.ts";
import { textOf } from "./output.ts";

/** Bytes of a block of SHA-384 and SHA-512; the other algorithms have half of it. */
const LARGE_BLOCK = 128;

function blockSize(algorithm: string): number {
  return ["sha384", "sha512"].includes(algorithmOf(algorithm)) ? LARGE_BLOCK : LARGE_BLOCK / 2;
}

function update(handle: number, { buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): void {
  updateHash(handle, buffer, byteOffset, byteLength);
}

function start(algorithm: string): number {
  const handle = startHash(algorithm);
  if (handle === undefined) {
    throw codedError(TypeError, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${algorithm}`);
  }
  return handle;
}

type Done = (error?: unknown) => void;
type Key = string | ArrayBuffer | ArrayBufferView;

interface HmacOptions {
  readonly encoding?: string | undefined;
}

/** The bytes of a key, which is a text in an encoding, or bytes. */
function keyOf(key: unknown, encoding: string | undefined): Uint8Array<ArrayBuffer> {
  if (typeof key !== "string" && !ArrayBuffer.isView(key) && !(key instanceof ArrayBuffer)) {
    throw invalidArgType(
      "key",
      "of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey",
      key,
    );
  }
  return bytesOf(key instanceof ArrayBuffer ? new Uint8Array(key) : key, "key", encoding);
}

/** An HMAC (RFC 2104), computed with the digests of the engine. */
class HmacClass {
  readonly #inner: number;
  readonly #outer: number;
  #isDone = false;

  constructor(algorithm: string, secret: Key, options?: HmacOptions | null) {
    checkString(algorithm, "hmac");
    const key = keyOf(secret, options?.encoding);
    this.#inner = start(algorithm);
    this.#outer = start(algorithm);
    const block = new Uint8Array(blockSize(algorithm));
    block.set(key.length > block.length ? shortened(algorithm, key) : key);
    update(
      this.#inner,
      block.map((byte) => byte ^ 0x36),
    );
    update(
      this.#outer,
      block.map((byte) => byte ^ 0x5c),
    );
  }

  update(data: Data, encoding?: string): this {
    if (this.#isDone) {
      throw codedError(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
    }
    update(this.#inner, bytesOf(data, "data", encoding));
    return this;
  }

  digest(encoding?: string): string | Buffer {
    // Unlike that of a hash, a second call gives nothing.
    if (this.#isDone) {
      return !encoding || encoding === "buffer" ? Buffer.alloc(0) : "";
    }
    this.#isDone = true;
    update(this.#outer, new Uint8Array(digest(this.#inner)));
    const result = digest(this.#outer);
    return textOf(result, encoding) ?? Buffer.from(result);
  }

  _transform(chunk: Data, encoding: string, done: Done): void {
    this.update(chunk, encoding);
    done();
  }

  _flush(this: HmacClass & { push(chunk: unknown): boolean }, done: Done): void {
    this.push(this.digest());
    done();
  }
}

becomeTransform(HmacClass.prototype);

function shortened(algorithm: string, key: Uint8Array<ArrayBuffer>): Uint8Array {
  const handle = start(algorithm);
  update(handle, key);
  return new Uint8Array(digest(handle));
}

export const Hmac = callable(HmacClass);
export type Hmac = HmacClass;

export const createHmac = (algorithm: string, key: Key, options?: HmacOptions | null): Hmac =>
  new HmacClass(algorithm, key, options);
