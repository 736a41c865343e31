import { codedError } from "../errors.ts";

/* A reader of DER: it checks that an element is whole and inside of the one that contains it. */

type Bytes = Uint8Array<ArrayBuffer>;

export interface Element {
  readonly tag: number;
  /** The bytes of the content, without tag and length. */
  readonly content: Bytes;
  /** The bytes of the whole element, with tag and length. */
  readonly whole: Bytes;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

const wrong = (code: string, reason: string): Error =>
  codedError(Error, `ERR_OSSL_ASN1_${code}`, `error:068000A8:asn1 encoding routines::${reason}`);

export const wrongTag = (): Error => wrong("WRONG_TAG", "wrong tag");

/** Reads the element at the start of the bytes, which other elements may follow. */
export function readElement(bytes: Bytes): Element {
  const [tag = 0, first = 0x80] = bytes;
  let start = 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || bytes.length < 2 + count) {
      throw wrong("HEADER_TOO_LONG", "header too long");
    }
    start += count;
    length = bytes.subarray(2, start).reduce((value, byte) => value * 256 + byte, 0);
  }
  if (start + length > bytes.length) {
    throw wrong("TOO_LONG", "too long");
  }
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(0, start + length) };
}

export function readAll(bytes: Bytes): Element[] {
  const elements: Element[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const element = readElement(rest);
    elements.push(element);
    rest = rest.subarray(element.whole.length);
  }
  return elements;
}

/** Returns the element, and throws if it is missing or has another tag. */
export function require(element: Element | undefined, tag: number): Element {
  if (element?.tag !== tag) {
    throw wrongTag();
  }
  return element;
}

/** Reads the elements of a sequence or set. */
export const membersOf = (element: Element | undefined, tag: number = TAG.sequence): Element[] =>
  readAll(require(element, tag).content);

/** Reads an object identifier in dotted form, such as `1.2.840`. */
export function oidOf(element: Element | undefined): string {
  const { content } = require(element, TAG.oid);
  const numbers: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(value);
      value = 0;
    }
  }
  const [first = 0, ...others] = numbers;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...others].join(".");
}

/** Reads a UTCTime or GeneralizedTime. In certificates, both are in UTC and have seconds. */
export function timeOf(element: Element | undefined): Date {
  const text = String.fromCharCode(...(element?.content ?? []));
  const isShort = element?.tag === TAG.utcTime;
  const found = (isShort ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/).exec(
    text,
  );
  if (found === null || (!isShort && element?.tag !== TAG.generalizedTime)) {
    throw wrongTag();
  }
  const [year = 0, month = 1, day, hour, minute, second] = found.slice(1).map(Number);
  // RFC 5280, 4.1.2.5.1: years of two digits are from 1950 to 2049.
  const full = isShort ? year + (year < 50 ? 2000 : 1900) : year;
  return new Date(Date.UTC(full, month - 1, day, hour, minute, second));
}
