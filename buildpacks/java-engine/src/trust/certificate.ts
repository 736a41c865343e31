import { derValues } from "./der.ts";

const sequence = 0x30;
const bitString = 0x03;

/** The largest certificate, whose length has two bytes. */
const largest = 65539;

/**
 * True if the bytes consist of the three parts of a certificate and nothing else. The check is
 * necessary because Java trusts no certificate of a truststore that contains one that Java cannot
 * read.
 */
export function isCertificate(bytes: Buffer): boolean {
  if (bytes.length > largest) return false;
  try {
    const [value, ...others] = derValues(bytes);
    if (value?.tag !== sequence || others.length > 0) return false;
    return (
      derValues(value.contents)
        .map(({ tag }) => tag)
        .join() === [sequence, sequence, bitString].join()
    );
  } catch {
    return false;
  }
}

/** The number of last characters that identify a certificate in Base64. They are part of its signature. */
const characters = 24;

/** Returns the part of a certificate's Base64 text by which certificates are compared. */
export const identityOf = (base64: string): string => base64.slice(-characters);
