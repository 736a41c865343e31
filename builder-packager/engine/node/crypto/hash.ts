import { copyHash, digest, updateHash } from "engine:crypto";
import { Buffer } from "../buffer/class.ts";
import { codedError } from "../errors.ts";
import { checkString } from "../internal/checks.ts";
import { whenStreamsLoad } from "../stream/registry.ts";
import { startHash } from "./algorithm.ts";
import { bytesOf, type Data } from "./data.ts";
import { textOf } from "./output.ts";

function finalized(): Error {
  return codedError(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
}

type Done = (error?: unknown) => void;

/** A digest in progress. It becomes a Transform stream when a module loads `node:stream`. */
export class Hash {
  /** The handle is a number that the engine forgets with the digest. */
  #handle: number | undefined;

  constructor(algorithm: string, handle = startHash(algorithm)) {
    if (handle === undefined) {
      throw new Error("Digest method not supported");
    }
    this.#handle = handle;
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

  copy(): Hash {
    if (this.#handle === undefined) {
      throw finalized();
    }
    return new Hash("", copyHash(this.#handle));
  }

  _transform(chunk: Data, encoding: string, done: Done): void {
    this.update(chunk, encoding);
    done();
  }

  _flush(this: Hash & { push(chunk: unknown): boolean }, done: Done): void {
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

becomeTransform(Hash.prototype);

export function createHash(algorithm: string): Hash {
  checkString(algorithm, "algorithm");
  return new Hash(algorithm);
}
