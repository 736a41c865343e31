import { createHash, type Hash } from "node:crypto";
import { LibcnbError } from "../../errors.ts";
import { type Checksum, checksumText, parseChecksum } from "./checksum.ts";

/**
 * Parses `sha256:<hex>` or `sha512-<base64>`.
 *
 * @throws LibcnbError DOWNLOAD_FAILED
 */
export function parseIntegrity(text: string): Checksum {
  const checksum = parseChecksum(text);
  if (checksum !== undefined) return checksum;
  throw new LibcnbError("DOWNLOAD_FAILED", `the checksum ${JSON.stringify(text)} of a download is not valid`, {
    hint: "Write the checksum as sha256:<hexadecimal digits> or sha512-<base64>.",
  });
}

/** Computes the SHA-256 and the expected digest of a download while its bytes arrive. */
export class Hashes {
  #bytes = 0;
  readonly #sha256 = createHash("sha256");
  readonly #expected: { readonly hash: Hash; readonly checksum: Checksum } | undefined;

  constructor(checksum: Checksum | undefined) {
    if (checksum !== undefined) this.#expected = { checksum, hash: createHash(checksum.algorithm) };
  }

  update(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    this.#sha256.update(chunk);
    this.#expected?.hash.update(chunk);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Ends the hashing. Returns the SHA-256, and the expected and actual digests if they differ. */
  finish(): {
    readonly sha256: string;
    readonly mismatch: { readonly expected: string; readonly actual: string } | undefined;
  } {
    const sha256 = this.#sha256.digest("hex");
    if (this.#expected === undefined) return { sha256, mismatch: undefined };
    const { checksum, hash } = this.#expected;
    const actual = { ...checksum, digest: hash.digest("hex") };
    return {
      sha256,
      mismatch:
        actual.digest === checksum.digest
          ? undefined
          : { expected: checksumText(checksum), actual: checksumText(actual) },
    };
  }
}
