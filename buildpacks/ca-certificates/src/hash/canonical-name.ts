import { type DerElement, elementsOf, encode, tags } from "./der.ts";

/**
 * Canonicalizes a distinguished name as OpenSSL does (`x509_name_canon`). Each text is converted to
 * UTF-8 and lower case, with one blank between words and none at the ends. The result has no
 * sequence header. Values other than texts are unchanged.
 *
 * @param name the contents of the name's sequence
 */
export const canonicalName = (name: Uint8Array): Uint8Array => Buffer.concat(elementsOf(name).map(canonicalSet));

function canonicalSet({ contents }: DerElement): Uint8Array {
  const parts = elementsOf(contents).map(canonicalAttribute);
  // DER sorts a set by its bytes, which are others than before
  return encode(tags.set, Buffer.concat(parts.toSorted(Buffer.compare)));
}

function canonicalAttribute({ contents }: DerElement): Uint8Array {
  const [type, value] = elementsOf(contents);
  if (type === undefined || value === undefined)
    throw new Error("the subject of the certificate has an attribute without a value");
  const text = textOf(value);
  const canonical = text === undefined ? value.whole : encode(tags.utf8, Buffer.from(canonicalText(text)));
  return encode(tags.sequence, Buffer.concat([type.whole, canonical]));
}

/** Letters and blanks of ASCII alone. */
const canonicalText = (text: string): string =>
  text
    .replaceAll(/[\t-\r ]+/g, " ")
    .replaceAll(/^ | $/g, "")
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The text of a string; of one with a byte for each character as Latin-1. */
function textOf({ tag, contents }: DerElement): string | undefined {
  switch (tag) {
    case tags.utf8:
      return Buffer.from(contents).toString("utf8");
    case tags.printable:
    case tags.t61:
    case tags.ia5:
    case tags.visible:
      return Buffer.from(contents).toString("latin1");
    case tags.bmp:
      return charactersOf(contents, 2);
    case tags.universal:
      return charactersOf(contents, 4);
    default:
      return undefined;
  }
}

function charactersOf(contents: Uint8Array, size: 2 | 4): string {
  if (contents.length % size !== 0)
    throw new Error("the subject of the certificate contains a text whose last character is incomplete");
  const bytes = Buffer.from(contents);
  const codes = Array.from({ length: contents.length / size }, (_, index) => bytes.readUIntBE(index * size, size));
  return String.fromCodePoint(...codes);
}
