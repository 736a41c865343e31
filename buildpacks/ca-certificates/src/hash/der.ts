/** An element of DER-encoded data. */
export interface DerElement {
  readonly tag: number;
  readonly contents: Uint8Array;
  /** The complete element, with tag and length. */
  readonly whole: Uint8Array;
}

/** The DER tags that occur in certificate names. */
export const tags = {
  integer: 2,
  oid: 6,
  utf8: 12,
  sequence: 48,
  set: 49,
  version: 160,
  printable: 19,
  t61: 20,
  ia5: 22,
  visible: 26,
  universal: 28,
  bmp: 30,
} as const;

/**
 * Reads consecutive DER elements.
 *
 * @throws Error if the bytes are not valid DER
 */
export function elementsOf(bytes: Uint8Array): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let rest = bytes; rest.length > 0; rest = rest.subarray(elements.at(-1)?.whole.length ?? 0))
    elements.push(elementAt(rest));
  return elements;
}

function elementAt(bytes: Uint8Array): DerElement {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw new Error("the DER data of the certificate is truncated");
  const lengthBytes = first < 128 ? 0 : first - 128;
  if (first === 128 || lengthBytes > 4) throw new Error("the DER data of the certificate contains an invalid length");
  const length = first < 128 ? first : bytes.subarray(2, 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  const start = 2 + lengthBytes;
  if (start + length > bytes.length) throw new Error("the DER data of the certificate is truncated");
  return { tag, contents: bytes.subarray(start, start + length), whole: bytes.subarray(0, start + length) };
}

/** Encodes an element with the given contents. */
export function encode(tag: number, contents: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(contents.length)]), contents]);
}

/** The short form up to 127, the long form above. */
function lengthBytes(length: number): readonly number[] {
  if (length < 128) return [length];
  return length < 256 ? [129, length] : [130, length >> 8, length & 255];
}
