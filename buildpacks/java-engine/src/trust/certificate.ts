import { derValues } from "./der.ts";

const sequence = 0x30;
const bitString = 0x03;

/** The largest certificate, whose length has two bytes. */
const largest = 65539;

/**
 * Returns whether bytes are a sequence of the three parts of a certificate, and nothing else. If a
 * truststore contains a certificate that Java cannot read, Java trusts none of its certificates.
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

/** Returns the text that identifies a certificate in Base64. */
export const identityOf = (base64: string): string => base64.slice(-characters);
