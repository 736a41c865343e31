import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** The digests of a jar, in hexadecimal digits. Repositories look up jars by SHA-1. */
export interface JarDigests {
  readonly sha1: string;
  readonly sha256: string;
}

/** Computes the digests of bytes that arrive in chunks. */
export async function digestsOf(pieces: AsyncIterable<Uint8Array>): Promise<JarDigests> {
  const [sha1, sha256] = [createHash("sha1"), createHash("sha256")];
  for await (const piece of pieces) {
    sha1.update(piece);
    sha256.update(piece);
  }
  return { sha1: sha1.digest("hex"), sha256: sha256.digest("hex") };
}

/** Computes the digests of a file of any size. */
export const digestsOfFile = (path: string): Promise<JarDigests> => digestsOf(createReadStream(path));
