import { needsNode } from "./needs-node.ts";

/** Replaces the function of `src/oci/layers/zstd.ts`: the small engine decompresses zstd, but does not compress with it. */
export function zstd(): AsyncGenerator<Uint8Array, void, undefined> {
  throw needsNode("compressing layers with zstd", "Or use --compression gzip.");
}
