import { isDigest } from "@libcnb/app-kit/sbom/digest-length";
import type { Component } from "libcnb";

/**
 * Returns the checksums of a file. If there are several digests of one algorithm, they are omitted,
 * because the digest of the installed file is unknown.
 */
export function checksumsOf(hashes: readonly string[]): NonNullable<Component["checksums"]> {
  const known = hashes.flatMap((hash) => {
    const [, algorithm = "", digest = ""] = /^([a-z0-9]+)[:=]([0-9a-f]+)$/i.exec(hash) ?? [];
    return isDigest(algorithm, digest) ? [[algorithm, digest.toLowerCase()] as const] : [];
  });
  const byAlgorithm = Map.groupBy(known, ([algorithm]) => algorithm);
  return Object.fromEntries([...byAlgorithm.values()].flatMap((same) => (same.length === 1 ? same : [])));
}
