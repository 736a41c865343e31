import { compare, decode, type Encoding } from "engine:text";
import { load } from "./lazy.ts";

/*
 * Detect reads files without using what is special to Buffer, which is a large module. So bytes get a small prototype with
 * the conversions to text until `buffer.ts` is loaded; then they become instances of Buffer, earlier ones too. It is
 * loaded when a program reads another method of Buffer from them.
 */

const small: object = Object.create(Uint8Array.prototype, {
  toString: { value: textOf, writable: true, configurable: true },
  toLocaleString: { value: textOf, writable: true, configurable: true },
  toJSON: { value: listOf, writable: true, configurable: true },
  equals: { value: isEqual, writable: true, configurable: true },
});

const oneByte = ["Int8", "UInt8", "Uint8"];
const severalBytes = ["Int", "UInt", "Uint", "Int16", "UInt16", "Uint16", "Int32", "UInt32", "Uint32"];
const eightBytes = ["BigInt64", "BigUInt64", "BigUint64", "Float", "Double"];
const numbers = oneByte.concat([...severalBytes, ...eightBytes].flatMap((name) => [`${name}LE`, `${name}BE`]));
const others = `compare constructor copy fill includes indexOf inspect lastIndexOf offset parent slice subarray swap16
  swap32 swap64 write`;
/** Names that only Buffer has, or that differ from those of Uint8Array: its `slice` shares the memory. */
const ofBuffer = [...others.split(/\s+/), ...numbers.flatMap((name) => [`read${name}`, `write${name}`])];

for (const name of ofBuffer) {
  Object.defineProperty(small, name, {
    configurable: true,
    get(this: Record<string, unknown>) {
      load("buffer"); // which changes the prototype, so that the next line reads Buffer's own
      return this[name];
    },
  });
}

let prototype = small;

/**
 * Sets the prototype of the buffers created here. `buffer.ts` calls it with the prototype of
 * Buffer.
 */
export function setBufferPrototype(ofBuffer: object): void {
  prototype = ofBuffer;
  for (const name of Object.getOwnPropertyNames(small)) {
    Reflect.deleteProperty(small, name);
  }
  Object.setPrototypeOf(small, ofBuffer);
}

/** Returns a range of the bytes as a Buffer, without copying. */
export const bufferOf = (bytes: ArrayBuffer, offset = 0, length = bytes.byteLength): Buffer<ArrayBuffer> =>
  Object.setPrototypeOf(new Uint8Array(bytes, offset, length), prototype);

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  utf8: "utf8",
  "utf-8": "utf8",
  latin1: "latin1",
  binary: "latin1",
  hex: "hex",
  base64: "base64",
  base64url: "base64url",
  utf16le: "utf16le",
  "utf-16le": "utf16le",
  ucs2: "utf16le",
  "ucs-2": "utf16le",
  ascii: "ascii",
};

/** Returns the engine's name for an encoding; undefined for an unknown encoding. */
export const encodingNamed = (name: string): Encoding | undefined => ENCODINGS[name] ?? ENCODINGS[name.toLowerCase()];

function textOf(this: Uint8Array<ArrayBuffer>, encoding = "utf8", start = 0, end = this.length): string {
  const name = encodingNamed(encoding);
  if (name === undefined) {
    const error = new TypeError(`Unknown encoding: ${encoding}`);
    throw Object.assign(error, { code: "ERR_UNKNOWN_ENCODING" });
  }
  const from = Math.min(Math.max(start, 0), this.length);
  const to = Math.min(Math.max(end, from), this.length);
  return decode(this.buffer, this.byteOffset + from, to - from, name, false) ?? "";
}

function listOf(this: Uint8Array): { type: "Buffer"; data: number[] } {
  return { type: "Buffer", data: [...this] };
}

function isEqual(this: Uint8Array<ArrayBuffer>, other: Uint8Array<ArrayBuffer>): boolean {
  return (
    this.length === other.length &&
    compare(this.buffer, this.byteOffset, this.length, other.buffer, other.byteOffset, other.length) === 0
  );
}
