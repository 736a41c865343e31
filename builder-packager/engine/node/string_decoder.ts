import { decode, type Encoding } from "engine:text";
import { requireEncoding } from "./buffer/encoding.ts";
import { invalidArgType } from "./errors.ts";
import { incompleteUtf8 } from "./text.ts";

const NO_BYTES = new Uint8Array(0);

/** Decodes a sequence of chunks, without breaking a character that spans two chunks. */
export class StringDecoder {
  readonly encoding: string;
  #encoding: Encoding;
  #rest: Uint8Array<ArrayBuffer> = NO_BYTES;

  constructor(encoding?: string) {
    this.#encoding = requireEncoding(encoding);
    this.encoding = this.#encoding;
  }

  write(piece: string | ArrayBufferView): string {
    if (typeof piece === "string") {
      return piece;
    }
    if (!ArrayBuffer.isView(piece)) {
      throw invalidArgType("buf", "an instance of Buffer, TypedArray, or DataView", piece);
    }
    let bytes = new Uint8Array(piece.buffer as ArrayBuffer, piece.byteOffset, piece.byteLength);
    if (this.#rest.length > 0) {
      const all = new Uint8Array(this.#rest.length + bytes.length);
      all.set(this.#rest);
      all.set(bytes, this.#rest.length);
      bytes = all;
    }
    const complete = bytes.length - incompleteLength(bytes, this.#encoding);
    this.#rest = complete === bytes.length ? NO_BYTES : bytes.slice(complete);
    return text(bytes, complete, this.#encoding);
  }

  end(piece?: string | ArrayBufferView): string {
    const written = piece === undefined ? "" : this.write(piece);
    const rest = this.#rest;
    this.#rest = NO_BYTES;
    return rest.length === 0 ? written : written + text(rest, rest.length, this.#encoding);
  }

  get lastNeed(): number {
    return this.#rest.length === 0 ? 0 : 1;
  }
}

function text(bytes: Uint8Array<ArrayBuffer>, length: number, encoding: Encoding): string {
  return length === 0 ? "" : (decode(bytes.buffer, bytes.byteOffset, length, encoding, false) ?? "");
}

function incompleteLength(bytes: Uint8Array, encoding: Encoding): number {
  if (encoding === "utf8") {
    return incompleteUtf8(bytes);
  }
  if (encoding === "base64" || encoding === "base64url") {
    return bytes.length % 3;
  }
  if (encoding !== "utf16le") {
    return 0;
  }
  const odd = bytes.length % 2;
  const high = bytes[bytes.length - odd - 1] ?? 0;
  return bytes.length - odd >= 2 && high >= 0xd8 && high <= 0xdb ? odd + 2 : odd;
}

export default { StringDecoder };
