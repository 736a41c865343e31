import type { Component } from "libcnb";

/**
 * The digests of a subresource integrity in hexadecimal digits. It may name several, separated by blanks; what is no digest
 * of a known algorithm says nothing.
 *
 * @see https://www.w3.org/TR/SRI/
 */
export function checksums(integrity: string): NonNullable<Component["checksums"]> {
  const digests = integrity.split(/\s+/).flatMap((text) => {
    const [, algorithm = "", digest = ""] = /^([a-z0-9]+)-([A-Za-z0-9+/]+={0,2})(?:\?|$)/.exec(text) ?? [];
    const hex = Buffer.from(digest, "base64").toString("hex");
    return hex.length === hexDigits[algorithm] ? [[algorithm, hex] as const] : [];
  });
  return Object.fromEntries(digests);
}

const hexDigits: Readonly<Record<string, number>> = { md5: 32, sha1: 40, sha256: 64, sha384: 96, sha512: 128 };
