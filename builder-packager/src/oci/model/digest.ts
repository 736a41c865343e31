import { createHash } from "node:crypto";
import { CnbError } from "../../errors.ts";

/** A content address, `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = `sha256:${string}`;

const pattern = /^sha256:[0-9a-f]{64}$/;

/**
 * Parses a digest. Only sha256 is used by images that buildpacks produce.
 *
 * @example `const digest = parseDigest(text)`
 */
export function parseDigest(text: string): Digest {
  if (pattern.test(text)) return text as Digest;
  throw new CnbError("DIGEST_INVALID", `"${text}" is not a sha256 digest`, {
    hint: "Write sha256: followed by 64 lower-case hexadecimal digits.",
  });
}

/** Computes the digest of bytes in memory. */
export const digestOf = (bytes: Uint8Array | string): Digest =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/**
 * Returns the 64 hexadecimal digits of a digest. They are the file name of a blob in an OCI layout.
 */
export const hexOf = (digest: Digest): string => digest.slice("sha256:".length);
