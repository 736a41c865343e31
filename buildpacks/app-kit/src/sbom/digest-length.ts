const hexDigits: Readonly<Record<string, number>> = { md5: 32, sha1: 40, sha256: 64, sha384: 96, sha512: 128 };

/**
 * True if a hexadecimal text has the length of an algorithm's digests; false for an unknown
 * algorithm.
 */
export const isDigest = (algorithm: string, hex: string): boolean =>
  Object.hasOwn(hexDigits, algorithm) && hex.length === hexDigits[algorithm];
