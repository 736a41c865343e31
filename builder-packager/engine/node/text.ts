import { decode, encode } from "engine:text";
import { codedError, invalidArgType } from "./errors.ts";

/*
 * TextEncoder and TextDecoder. This file does not import `buffer.ts`: detect reads texts strictly and needs no Buffer.
 */

type Name = "utf-8" | "utf-16le" | "windows-1252";

/** The labels of the Encoding Standard for the three encodings that are supported. */
const LABELS: Readonly<Record<Name, readonly string[]>> = {
  "utf-8": ["utf-8", "utf8", "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8"],
  "utf-16le": ["utf-16le", "utf-16", "ucs-2", "unicode", "unicodefeff", "csunicode", "iso-10646-ucs-2"],
  "windows-1252": [
    "windows-1252",
    "latin1",
    "ascii",
    "us-ascii",
    "iso-8859-1",
    "iso8859-1",
    "iso88591",
    "iso_8859-1",
    "iso_8859-1:1987",
    "iso-ir-100",
    "cp1252",
    "x-cp1252",
    "cp819",
    "ibm819",
    "l1",
    "csisolatin1",
    "ansi_x3.4-1968",
  ],
};

/** The characters of windows-1252 from 0x80 to 0x9f, where it differs from ISO 8859-1. */
const WINDOWS_1252 =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

export class TextEncoder {
  get encoding(): string {
    return "utf-8";
  }

  encode(text = ""): Uint8Array<ArrayBuffer> {
    return new Uint8Array(encode(`${text}`, "utf8"));
  }

  encodeInto(text: string, target: Uint8Array): { read: number; written: number } {
    let read = 0;
    let written = 0;
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0;
      const size = utf8Length(code);
      if (written + size > target.length) {
        break;
      }
      target.set(new Uint8Array(encode(character, "utf8")), written);
      read += character.length;
      written += size;
    }
    return { read, written };
  }
}

function utf8Length(code: number): number {
  if (code < 0x80) {
    return 1;
  }
  if (code < 0x800) {
    return 2;
  }
  return code < 0x1_0000 ? 3 : 4;
}

export interface TextDecoderOptions {
  readonly fatal?: boolean | undefined;
  readonly ignoreBOM?: boolean | undefined;
}

type Input = ArrayBufferLike | ArrayBufferView<ArrayBufferLike> | null | undefined;

const EMPTY = new Uint8Array(0);

export class TextDecoder {
  readonly #name: Name;
  readonly #isFatal: boolean;
  readonly #keepsMark: boolean;
  /** The start of a character, of which the rest comes with the next piece. */
  #rest: Uint8Array<ArrayBuffer> = EMPTY;
  #isInside = false;

  constructor(label = "utf-8", options: TextDecoderOptions = {}) {
    this.#name = nameOf(`${label}`);
    this.#isFatal = Boolean(options?.fatal);
    this.#keepsMark = Boolean(options?.ignoreBOM);
  }

  get encoding(): string {
    return this.#name;
  }

  get fatal(): boolean {
    return this.#isFatal;
  }

  get ignoreBOM(): boolean {
    return this.#keepsMark;
  }

  decode(input: Input = EMPTY, options: { readonly stream?: boolean | undefined } = {}): string {
    const isStream = Boolean(options?.stream);
    let bytes = bytesOf(input, isStream);
    if (this.#rest.length > 0) {
      bytes = joined(this.#rest, bytes);
      this.#rest = EMPTY;
    }
    if (isStream) {
      const complete = bytes.length - incompleteLength(bytes, this.#name);
      this.#rest = bytes.slice(complete);
      bytes = bytes.subarray(0, complete);
    }
    const text = this.#text(bytes);
    if (text === undefined) {
      this.#rest = EMPTY;
      this.#isInside = false;
      throw codedError(
        TypeError,
        "ERR_ENCODING_INVALID_ENCODED_DATA",
        `The encoded data was not valid for encoding ${this.#name}`,
      );
    }
    const hasMark = !this.#isInside && !this.#keepsMark && text.charCodeAt(0) === 0xfeff;
    this.#isInside = isStream && (this.#isInside || text !== "");
    return hasMark ? text.slice(1) : text;
  }

  #text(bytes: Uint8Array<ArrayBuffer>): string | undefined {
    if (this.#name === "windows-1252") {
      const text = decode(bytes.buffer, bytes.byteOffset, bytes.byteLength, "latin1", false) ?? "";
      return text.replace(/[\u0080-\u009f]/g, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80] ?? character);
    }
    if (this.#name === "utf-8") {
      return decode(bytes.buffer, bytes.byteOffset, bytes.byteLength, "utf8", this.#isFatal);
    }
    const even = bytes.length - (bytes.length % 2);
    const text = decode(bytes.buffer, bytes.byteOffset, even, "utf16le", this.#isFatal);
    if (even === bytes.length || text === undefined) {
      return text;
    }
    return this.#isFatal ? undefined : `${text}\ufffd`;
  }
}

function nameOf(label: string): Name {
  const wanted = label.trim().toLowerCase();
  for (const name of ["utf-8", "utf-16le", "windows-1252"] as const) {
    if (LABELS[name].includes(wanted)) {
      return name;
    }
  }
  throw codedError(RangeError, "ERR_ENCODING_NOT_SUPPORTED", `The "${label}" encoding is not supported`);
}

function bytesOf(input: Input, isStream: boolean): Uint8Array<ArrayBuffer> {
  if (ArrayBuffer.isView(input)) {
    return new Uint8Array(input.buffer as ArrayBuffer, input.byteOffset, input.byteLength);
  }
  if (input instanceof ArrayBuffer) {
    return new Uint8Array(input);
  }
  if (input === null || input === undefined) {
    return EMPTY;
  }
  if (typeof SharedArrayBuffer !== "undefined" && input instanceof SharedArrayBuffer) {
    return new Uint8Array(input).slice();
  }
  if (isStream) {
    throw invalidArgType("input", "an instance of ArrayBuffer or ArrayBufferView", input);
  }
  throw codedError(
    TypeError,
    "ERR_INVALID_ARG_TYPE",
    'The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.',
  );
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** Returns the number of bytes at the end that begin a character, which the next chunk may complete. */
function incompleteLength(bytes: Uint8Array, name: Name): number {
  const { length } = bytes;
  if (name === "windows-1252") {
    return 0;
  }
  if (name === "utf-16le") {
    const odd = length % 2;
    const high = bytes[length - odd - 1] ?? 0;
    return length - odd >= 2 && high >= 0xd8 && high <= 0xdb ? odd + 2 : odd;
  }
  return incompleteUtf8(bytes);
}

/**
 * Returns the number of bytes at the end that begin a UTF-8 character, which the next chunk may
 * complete. Returns 0 if they cannot become a character.
 */
export function incompleteUtf8(bytes: Uint8Array): number {
  const { length } = bytes;
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) {
      return 0;
    }
    if (byte >= 0xc0) {
      return back < sequenceLength(byte) && canFollow(byte, back > 1 ? bytes[length - back + 1] : undefined) ? back : 0;
    }
  }
  return 0;
}

function sequenceLength(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) {
    return 1;
  }
  if (lead < 0xe0) {
    return 2;
  }
  return lead < 0xf0 ? 3 : 4;
}

/** Overlong forms, surrogates and code points above U+10FFFF are wrong from their second byte on. */
function canFollow(lead: number, second: number | undefined): boolean {
  if (second === undefined) {
    return true;
  }
  const lowest = new Map([
    [0xe0, 0xa0],
    [0xf0, 0x90],
  ]).get(lead);
  const highest = new Map([
    [0xed, 0x9f],
    [0xf4, 0x8f],
  ]).get(lead);
  return second >= (lowest ?? 0x80) && second <= (highest ?? 0xbf);
}
