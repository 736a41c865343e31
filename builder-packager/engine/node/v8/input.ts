import { decode, type Encoding } from "engine:text";

export const damaged = (): Error => new Error("Unable to deserialize cloned data.");

/** A reader of the bytes of a serialized value. */
export class Input {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;

  constructor({ buffer, byteOffset, byteLength }: ArrayBufferView) {
    this.#bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    this.#view = new DataView(buffer, byteOffset, byteLength);
  }

  /** The number of bytes that were not read. */
  get rest(): number {
    return this.#bytes.length - this.#at;
  }

  /** The next byte; undefined at the end. */
  get next(): number | undefined {
    return this.#bytes[this.#at];
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) {
      throw damaged();
    }
    this.#at += 1;
    return byte;
  }

  /** Reads an integer of 32 bits. Further bits are ignored, as in V8. */
  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      if (shift < 32) {
        value |= (byte & 0x7f) << shift;
      }
      if (byte < 0x80) {
        return value >>> 0;
      }
    }
  }

  /** Reads an integer of 32 bits with a sign. */
  int32(): number {
    const value = this.varint();
    return (value >>> 1) ^ -(value & 1);
  }

  double(): number {
    if (this.rest < 8) {
      throw damaged();
    }
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  /** Reads bytes without copying them. */
  raw(length: number): Uint8Array<ArrayBuffer> {
    if (length > this.rest) {
      throw damaged();
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  text(encoding: Encoding): string {
    const { buffer, byteOffset, byteLength } = this.raw(this.varint());
    if (encoding === "utf16le" && byteLength % 2 !== 0) {
      throw damaged();
    }
    const text = decode(buffer, byteOffset, byteLength, encoding, false) ?? "";
    // the engine decodes a lone surrogate to the same character as the one that stands for it
    return encoding === "utf16le" && text.includes("\ufffd") ? unitsOf(buffer, byteOffset, byteLength) : text;
  }

  bigint(): bigint {
    const bits = this.varint();
    const size = bits >>> 1;
    if (size % 8 !== 0 || bits === 1) {
      throw damaged();
    }
    const digits = this.raw(size).toReversed();
    const value = size === 0 ? 0n : BigInt(`0x${decode(digits.buffer, 0, size, "hex", false)}`);
    return bits % 2 === 0 ? value : -value;
  }
}

function unitsOf(buffer: ArrayBuffer, offset: number, length: number): string {
  const view = new DataView(buffer, offset, length);
  let text = "";
  for (let at = 0; at < length; at += 2) {
    text += String.fromCharCode(view.getUint16(at, true));
  }
  return text;
}
