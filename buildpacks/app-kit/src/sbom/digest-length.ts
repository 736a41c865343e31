const hexDigits: Readonly<Record<string, number>> = { md5: 32, sha1: 40, sha256: 64, sha384: 96, sha512: 128 };

/**
 * True if a text of hexadecimal digits is as long as the digests of an algorithm are; of an unknown
 * one nothing is.
 */
export const isDigest = (algorithm: string, hex: string): boolean =>
  Object.hasOwn(hexDigits, algorithm) && hex.length === hexDigits[algorithm];
