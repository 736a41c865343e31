import { isDigest } from "@libcnb/app-kit/sbom/digest-length";
import type { Component } from "libcnb";

/**
 * The digests in a subresource integrity, in hexadecimal digits. It may have several, separated by
 * blanks; unknown algorithms are ignored.
 *
 * @see https://www.w3.org/TR/SRI/
 */
export function checksums(integrity: string): NonNullable<Component["checksums"]> {
  const digests = integrity.split(/\s+/).flatMap((text) => {
    const [, algorithm = "", digest = ""] = /^([a-z0-9]+)-([A-Za-z0-9+/]+={0,2})(?:\?|$)/.exec(text) ?? [];
    const hex = Buffer.from(digest, "base64").toString("hex");
    return isDigest(algorithm, hex) ? [[algorithm, hex] as const] : [];
  });
  return Object.fromEntries(digests);
}
