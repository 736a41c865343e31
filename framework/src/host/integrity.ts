import { createHash, type Hash } from "node:crypto";
import { LibcnbError } from "../errors.ts";

/** What a file is expected to be. */
export interface Integrity {
  readonly algorithm: "sha256" | "sha384" | "sha512";
  /** Hexadecimal digits. */
  readonly digest: string;
}

const digestBytes = { sha256: 32, sha384: 48, sha512: 64 } as const;

/** Parses `sha256:<hex>` or `sha512-<base64>` (the form of npm's lockfiles). */
export function parseIntegrity(text: string): Integrity {
  const [, algorithm, separator, value = ""] = /^(sha256|sha384|sha512)([:-])([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const known = algorithm as Integrity["algorithm"] | undefined;
  const bytes = Buffer.from(value, separator === ":" ? "hex" : "base64");
  if (known !== undefined && bytes.length === digestBytes[known])
    return { algorithm: known, digest: bytes.toString("hex") };
  throw new LibcnbError("DOWNLOAD_FAILED", `${JSON.stringify(text)} is not a checksum`, {
    hint: "Write it as sha256:<hexadecimal digits> or sha512-<base64>.",
  });
}

/** Hashes bytes as they arrive. */
export class Hashes {
  #bytes = 0;
  readonly #sha256 = createHash("sha256");
  readonly #expected: { readonly hash: Hash; readonly integrity: Integrity } | undefined;

  constructor(integrity: Integrity | undefined) {
    if (integrity !== undefined) this.#expected = { integrity, hash: createHash(integrity.algorithm) };
  }

  update(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    this.#sha256.update(chunk);
    this.#expected?.hash.update(chunk);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Ends the hashing. */
  finish(): {
    readonly sha256: string;
    readonly mismatch: { readonly expected: string; readonly actual: string } | undefined;
  } {
    const sha256 = this.#sha256.digest("hex");
    if (this.#expected === undefined) return { sha256, mismatch: undefined };
    const { integrity, hash } = this.#expected;
    const actual = hash.digest("hex");
    const named = (digest: string) => `${integrity.algorithm}:${digest}`;
    return {
      sha256,
      mismatch: actual === integrity.digest ? undefined : { expected: named(integrity.digest), actual: named(actual) },
    };
  }
}
