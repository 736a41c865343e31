import { copyHash, digest, updateHash } from "engine:crypto";
import { Buffer } from "../buffer/class.ts";
import { codedError } from "../errors.ts";
import { checkInteger, checkString } from "../internal/checks.ts";
import { whenStreamsLoad } from "../stream/registry.ts";
import { algorithmOf, startHash } from "./algorithm.ts";
import { bytesOf, type Data } from "./data.ts";
import { textOf } from "./output.ts";

function finalized(): Error {
  return codedError(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
}

type Done = (error?: unknown) => void;

interface HashOptions {
  readonly outputLength?: number | undefined;
}

/** A digest under way, which `copy` has copied. */
class Copied {
  readonly handle: number;

  constructor(handle: number) {
    this.handle = handle;
  }
}

const BYTES: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

/** The algorithms that the engine has give digests of one length each. */
function checkLength(algorithm: string, { outputLength: length }: HashOptions): void {
  if (length === undefined) {
    return;
  }
  checkInteger(length, "options.outputLength", 0, 0xffff_ffff);
  if (length !== BYTES[algorithmOf(algorithm)]) {
    throw codedError(
      Error,
      "ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH",
      "error:030000B2:digital envelope routines::not XOF or invalid length",
    );
  }
}

function started(algorithm: unknown, options: HashOptions | null | undefined): number {
  checkString(algorithm, "algorithm");
  const handle = startHash(algorithm);
  if (handle === undefined) {
    throw new Error("Digest method not supported");
  }
  checkLength(algorithm, options ?? {});
  return handle;
}

/** A digest in progress. It becomes a Transform stream when a module loads `node:stream`. */
class HashClass {
  /** The handle is a number that the engine forgets with the digest. */
  #handle: number | undefined;

  constructor(algorithm: string | Copied, options?: HashOptions | null) {
    this.#handle = algorithm instanceof Copied ? algorithm.handle : started(algorithm, options);
  }

  update(data: Data, encoding?: string): this {
    if (this.#handle === undefined) {
      throw finalized();
    }
    const { buffer, byteOffset, byteLength } = bytesOf(data, "data", encoding);
    updateHash(this.#handle, buffer, byteOffset, byteLength);
    return this;
  }

  digest(encoding?: string): string | Buffer {
    if (this.#handle === undefined) {
      throw finalized();
    }
    const result = digest(this.#handle);
    this.#handle = undefined;
    return textOf(result, encoding) ?? Buffer.from(result);
  }

  copy(): HashClass {
    if (this.#handle === undefined) {
      throw finalized();
    }
    return new HashClass(new Copied(copyHash(this.#handle)));
  }

  _transform(chunk: Data, encoding: string, done: Done): void {
    this.update(chunk, encoding);
    done();
  }

  _flush(this: HashClass & { push(chunk: unknown): boolean }, done: Done): void {
    this.push(this.digest());
    done();
  }
}

/**
 * Makes a digest class a Transform stream once `node:stream` is loaded. An object's stream state is
 * created when the object is first used as a stream.
 */
export function becomeTransform(prototype: object): void {
  whenStreamsLoad(({ Transform }) => {
    Object.setPrototypeOf(prototype, Transform.prototype);
    for (const name of ["_readableState", "_writableState"]) {
      Object.defineProperty(prototype, name, {
        configurable: true,
        get(this: Record<string, unknown>) {
          (Transform as unknown as (this: unknown) => void).call(this);
          return this[name];
        },
        set(this: object, value: unknown) {
          Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
        },
      });
    }
  });
}

becomeTransform(HashClass.prototype);

// biome-ignore lint/suspicious/noExplicitAny: a class with any arguments
type Class = new (...args: any[]) => object;

/** Returns the class as one that old programs call without `new`. */
export function callable<Type extends Class>(type: Type): Type {
  const proxy = new Proxy(type, { apply: (_target, _self, args) => new type(...args) });
  Object.defineProperty(type.prototype, "constructor", { value: proxy, writable: true, configurable: true });
  return proxy;
}

export const Hash = callable(HashClass);
export type Hash = HashClass;

export const createHash = (algorithm: string, options?: HashOptions | null): Hash => new HashClass(algorithm, options);
