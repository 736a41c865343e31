import { newHash } from "engine:crypto";

/**
 * Normalizes the name of a hash algorithm: `SHA-256`, `RSA-SHA256` and OpenSSL's other names become
 * `sha256`.
 */
export function algorithmOf(name: string): string {
  const lower = name
    .toLowerCase()
    .replace(/^rsa-/, "")
    .replace(/withrsaencryption$/, "");
  return /^sha-\d/.test(lower) ? lower.replace("-", "") : lower;
}

/** Starts a digest and returns its handle; undefined if the engine does not have the algorithm. */
export function startHash(name: string): number | undefined {
  const handle = newHash(algorithmOf(name));
  return handle < 0 ? undefined : handle;
}

export function getHashes(): string[] {
  return ["RSA-MD5", "RSA-SHA1", "RSA-SHA256", "RSA-SHA384", "RSA-SHA512", "md5", "sha1", "sha256", "sha384", "sha512"];
}
