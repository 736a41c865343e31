import { digest, updateHash } from "engine:crypto";
import { DOMException } from "../dom-exception.ts";
import { codedError } from "../errors.ts";
import { startHash } from "./algorithm.ts";
import { getRandomValues, randomUUID } from "./random.ts";

type Source = ArrayBuffer | ArrayBufferView;

/** The algorithms of Web Crypto that the engine has; it does not have MD5. */
const ALGORITHMS = new Set(["SHA-1", "SHA-256", "SHA-384", "SHA-512"]);

export const subtle = {
  async digest(algorithm: string | { readonly name: string }, data: Source): Promise<ArrayBuffer> {
    const given = typeof algorithm === "string" ? algorithm : algorithm?.name;
    if (given === undefined) {
      throw codedError(
        TypeError,
        "ERR_MISSING_OPTION",
        "Failed to normalize algorithm: passed algorithm cannot be converted to 'Algorithm' because 'name' is required in 'Algorithm'.",
      );
    }
    const name = `${given}`.toUpperCase();
    const handle = ALGORITHMS.has(name) ? startHash(name) : undefined;
    if (handle === undefined) {
      throw new DOMException("Unrecognized algorithm name", "NotSupportedError");
    }
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);
    updateHash(handle, bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return digest(handle);
  },
};

export const webcrypto = { subtle, getRandomValues, randomUUID: (): string => randomUUID() };

for (const [object, value] of [
  [subtle, "SubtleCrypto"],
  [webcrypto, "Crypto"],
] as const) {
  Object.defineProperty(object, Symbol.toStringTag, { value, configurable: true });
}

export { webcrypto as crypto };
