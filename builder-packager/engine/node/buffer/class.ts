import * as text from "engine:text";
import { codedError, invalidArgType, outOfRange } from "../errors.ts";
import { setBufferPrototype } from "../internal/bytes.ts";
import { encodingOf, requireEncoding } from "./encoding.ts";
import { numberMethods } from "./numbers.ts";

/*
 * Buffer as own code over the natives of engine:text. The npm package `buffer` decodes and encodes in JavaScript, which
 * this engine runs many times slower, and brings its own base64 and IEEE 754 code.
 * As in Node.js, instances are of a class, and `Buffer` is a function with the same prototype, which older packages call
 * without `new`. There is no pool: each Buffer has the memory that it was made with.
 */

const MAX_LENGTH = Number.MAX_SAFE_INTEGER;

class FastBuffer extends Uint8Array<ArrayBuffer> {
  // Types of a class over Uint8Array keep only the last of its signatures.
  constructor(source?: number | ArrayBuffer | ArrayLike<number>, byteOffset?: number, length?: number) {
    super(source as ArrayBuffer, byteOffset, length);
  }
}

export interface BufferStatics {
  (value: unknown, encodingOrOffset?: unknown, length?: number): Bytes;
  new (value: unknown, encodingOrOffset?: unknown, length?: number): Bytes;
}

type Bytes = Uint8Array<ArrayBuffer>;

function Buffer(value: unknown, encodingOrOffset?: unknown, length?: number): Bytes {
  if (typeof value === "number") {
    if (typeof encodingOrOffset === "string") {
      throw invalidArgType("string", "of type string", value);
    }
    return alloc(value);
  }
  return from(value, encodingOrOffset, length);
}

function isBytes(value: unknown): value is Bytes {
  return value instanceof Uint8Array;
}

function isAnyArrayBuffer(value: unknown): value is ArrayBuffer {
  return (
    value instanceof ArrayBuffer || (typeof SharedArrayBuffer !== "undefined" && value instanceof SharedArrayBuffer)
  );
}

function outOfBounds(name?: string): Error {
  const message =
    name === undefined ? "Attempt to access memory outside buffer bounds" : `"${name}" is outside of buffer bounds`;
  return codedError(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", message);
}

/** Checks an integer as `validateOffset` of Node.js does. */
function checkInteger(value: unknown, name: string, highest = MAX_LENGTH): number {
  if (typeof value !== "number") {
    throw invalidArgType(name, "of type number", value);
  }
  if (!Number.isInteger(value)) {
    throw outOfRange(name, "an integer", value);
  }
  if (value < 0 || value > highest) {
    throw outOfRange(name, `>= 0 && <= ${highest}`, value);
  }
  return value;
}

function checkSize(size: unknown): number {
  if (typeof size !== "number") {
    throw invalidArgType("size", "of type number", size);
  }
  if (!(size >= 0 && size <= MAX_LENGTH)) {
    throw outOfRange("size", `>= 0 && <= ${MAX_LENGTH}`, size);
  }
  return size;
}

function fromString(value: string, encoding: unknown): Bytes {
  return new FastBuffer(text.encode(value, requireEncoding(typeof encoding === "string" ? encoding : undefined)));
}

function fromArrayBuffer(value: ArrayBuffer, byteOffset: unknown, length: unknown): Bytes {
  const start = byteOffset === undefined ? 0 : +(byteOffset as number) || 0;
  const most = value.byteLength - start;
  if (most < 0) {
    throw outOfBounds("offset");
  }
  if (length === undefined) {
    return new FastBuffer(value, start, most);
  }
  const wanted = +(length as number);
  if (!(wanted > 0)) {
    return new FastBuffer(value, start, 0);
  }
  if (wanted > most) {
    throw outOfBounds("length");
  }
  return new FastBuffer(value, start, wanted);
}

function fromArrayLike(value: ArrayLike<number>): Bytes {
  return value.length > 0 ? new FastBuffer(value) : new FastBuffer();
}

function fromObject(value: object): Bytes | undefined {
  const { length, buffer, type, data } = value as Record<string, unknown>;
  if (length !== undefined || isAnyArrayBuffer(buffer)) {
    return typeof length === "number" ? fromArrayLike(value as ArrayLike<number>) : new FastBuffer();
  }
  return type === "Buffer" && Array.isArray(data) ? fromArrayLike(data) : undefined;
}

function from(value: unknown, encodingOrOffset?: unknown, length?: unknown): Bytes {
  if (typeof value === "string") {
    return fromString(value, encodingOrOffset);
  }
  if (typeof value === "object" && value !== null) {
    if (isAnyArrayBuffer(value)) {
      return fromArrayBuffer(value, encodingOrOffset, length);
    }
    const primitive: unknown = value.valueOf?.();
    if (primitive !== null && primitive !== value && (typeof primitive === "string" || typeof primitive === "object")) {
      return from(primitive, encodingOrOffset, length);
    }
    const bytes = fromObject(value);
    if (bytes !== undefined) {
      return bytes;
    }
    const convert = (value as { [Symbol.toPrimitive]?: (hint: string) => unknown })[Symbol.toPrimitive];
    if (typeof convert === "function") {
      const converted = convert.call(value, "string");
      if (typeof converted === "string") {
        return fromString(converted, encodingOrOffset);
      }
    }
  }
  throw invalidArgType(
    "first argument",
    "of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object",
    value,
  );
}

function alloc(size: number, value?: unknown, encoding?: unknown): Bytes {
  const bytes = new FastBuffer(checkSize(size));
  if (value !== undefined && value !== 0 && size > 0) {
    fill(bytes, value, 0, bytes.length, encoding);
  }
  return bytes;
}

function allocUnsafe(size: number): Bytes {
  return new FastBuffer(checkSize(size));
}

function byteLength(value: unknown, encoding?: unknown): number {
  if (typeof value !== "string") {
    if (ArrayBuffer.isView(value) || isAnyArrayBuffer(value)) {
      return value.byteLength;
    }
    throw invalidArgType("string", "of type string or an instance of Buffer or ArrayBuffer", value);
  }
  switch (encodingOf(encoding) ?? "utf8") {
    case "latin1":
    case "ascii":
      return value.length;
    case "utf16le":
      return value.length * 2;
    case "hex":
      return value.length >>> 1;
    case "base64":
    case "base64url":
      return Math.floor((value.replace(/={1,2}$/, "").length * 3) / 4);
    default:
      return text.byteLength(value);
  }
}

function checkBytes(value: unknown, name: string): asserts value is Bytes {
  if (!isBytes(value)) {
    throw invalidArgType(name, "an instance of Buffer or Uint8Array", value);
  }
}

function compareBytes(a: Bytes, b: Bytes): -1 | 0 | 1 {
  const order = text.compare(a.buffer, a.byteOffset, a.byteLength, b.buffer, b.byteOffset, b.byteLength);
  return Math.sign(order) as -1 | 0 | 1;
}

function concat(list: readonly Uint8Array[], length?: number): Bytes {
  if (!Array.isArray(list)) {
    throw invalidArgType("list", "an instance of Array", list);
  }
  if (length !== undefined && list.length > 0) {
    checkInteger(length, "length");
  }
  let total = 0;
  for (const [index, bytes] of list.entries()) {
    checkBytes(bytes, `list[${index}]`);
    total += bytes.length;
  }
  const all = new FastBuffer(list.length === 0 ? 0 : (length ?? total));
  let position = 0;
  for (const bytes of list) {
    if (position + bytes.length > all.length) {
      all.set(bytes.subarray(0, all.length - position), position);
      break;
    }
    all.set(bytes, position);
    position += bytes.length;
  }
  return all;
}

type Elements = ArrayBufferView<ArrayBuffer> & { readonly length: number };

function copyBytesFrom(view: Elements, offset?: number, length?: number): Bytes {
  if (!ArrayBuffer.isView(view) || view instanceof DataView) {
    throw invalidArgType("view", "an instance of TypedArray", view);
  }
  const start = offset === undefined ? 0 : checkInteger(offset, "offset");
  const end = length === undefined ? view.length : Math.min(start + checkInteger(length, "length"), view.length);
  if (end <= start) {
    return new FastBuffer();
  }
  const size = view.byteLength / view.length;
  return new FastBuffer(new Uint8Array(view.buffer, view.byteOffset + start * size, (end - start) * size));
}

function fill(bytes: Bytes, value: unknown, offset?: unknown, end?: unknown, encoding?: unknown): Bytes {
  let first = offset;
  let last = end;
  let name = encoding;
  if (typeof value === "string") {
    if (first === undefined || typeof first === "string") {
      [name, first, last] = [first, 0, bytes.length];
    } else if (typeof last === "string") {
      [name, last] = [last, bytes.length];
    }
    if (name !== undefined && typeof name !== "string") {
      throw invalidArgType("encoding", "of type string", name);
    }
  }
  const start = first === undefined ? 0 : checkInteger(first, "offset");
  const stop = first === undefined || last === undefined ? bytes.length : checkInteger(last, "end", bytes.length);
  const pattern = patternOf(value, name);
  if (start >= stop) {
    return bytes;
  }
  if (typeof pattern === "number") {
    return Uint8Array.prototype.fill.call(bytes, pattern, start, stop) as Bytes;
  }
  if (pattern.length === 0) {
    throw codedError(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'value' is invalid. Received ${shown(value)}`);
  }
  // Each round copies what is there already, so the rounds are few.
  bytes.set(pattern.subarray(0, stop - start), start);
  for (let done = pattern.length; done < stop - start; done *= 2) {
    bytes.copyWithin(start + done, start, Math.min(start + done, stop - done));
  }
  return bytes;
}

function shown(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : `<Buffer >`;
}

function patternOf(value: unknown, encoding: unknown): number | Bytes {
  if (typeof value === "string") {
    const name = requireEncoding(encoding);
    return value === "" ? 0 : new Uint8Array(text.encode(value, name));
  }
  if (isBytes(value)) {
    return value;
  }
  return typeof value === "boolean" ? +value : (value as number) & 255;
}

/** The bytes of `encoded` that fit, without a part of a character. */
function fitting(encoded: Bytes, length: number, encoding: text.Encoding): number {
  if (encoded.length <= length) {
    return encoded.length;
  }
  if (encoding === "utf16le") {
    return length - (length % 2);
  }
  let end = length;
  while (encoding === "utf8" && end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) {
    end--;
  }
  return end;
}

function writeText(bytes: Bytes, value: unknown, start: number, length: number, encoding: text.Encoding): number {
  if (typeof value !== "string") {
    throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", "argument must be a string");
  }
  const encoded = new Uint8Array(text.encode(value, encoding));
  const size = fitting(encoded, length, encoding);
  bytes.set(size === encoded.length ? encoded : encoded.subarray(0, size), start);
  return size;
}

function sliceText(bytes: Bytes, start: number, end: number, encoding: text.Encoding): string {
  return text.decode(bytes.buffer, bytes.byteOffset + start, end - start, encoding, false) ?? "";
}

function lastIndexOfBytes(bytes: Bytes, wanted: Bytes, from: number): number {
  for (let start = Math.min(from, bytes.length - wanted.length); start >= 0; start--) {
    if (wanted.every((byte, index) => bytes[start + index] === byte)) {
      return start;
    }
  }
  return -1;
}

function search(bytes: Bytes, value: unknown, offset: unknown, encoding: unknown, isForward: boolean): number {
  const isName = typeof offset === "string";
  const name = isName ? offset : encoding;
  let from = isName ? Number.NaN : +(offset as number);
  if (Number.isNaN(from)) {
    from = isForward ? 0 : bytes.length;
  }
  from = Math.trunc(Math.min(Math.max(from, -0x8000_0000), 0x7fff_ffff));
  if (from < 0) {
    from += bytes.length;
    if (from < 0) {
      if (!isForward) {
        return -1;
      }
      from = 0;
    }
  }
  if (typeof value === "number") {
    const byte = (value >>> 0) & 255;
    const { indexOf, lastIndexOf } = Uint8Array.prototype;
    return isForward ? indexOf.call(bytes, byte, from) : lastIndexOf.call(bytes, byte, from);
  }
  if (typeof value !== "string" && !isBytes(value)) {
    throw invalidArgType("value", "one of type number or string or an instance of Buffer or Uint8Array", value);
  }
  const format = typeof value === "string" ? requireEncoding(name) : (encodingOf(name) ?? "utf8");
  const wanted = typeof value === "string" ? new Uint8Array(text.encode(value, format)) : value;
  if (wanted.length === 0) {
    return Math.min(from, bytes.length);
  }
  if (!isForward) {
    return lastIndexOfBytes(bytes, wanted, from);
  }
  let found = indexOfBytes(bytes, wanted, from);
  // Half a character is not a place where UTF-16 can begin.
  while (format === "utf16le" && found % 2 === 1) {
    found = indexOfBytes(bytes, wanted, found + 1);
  }
  return found;
}

function indexOfBytes(bytes: Bytes, wanted: Bytes, from: number): number {
  return text.indexOf(
    bytes.buffer,
    bytes.byteOffset,
    bytes.byteLength,
    wanted.buffer,
    wanted.byteOffset,
    wanted.byteLength,
    from,
  );
}

/** An index as `slice` takes it: counted from the end if negative, and inside. */
function relative(index: unknown, length: number, otherwise: number): number {
  if (index === undefined) {
    return otherwise;
  }
  const whole = Math.trunc(+(index as number)) || 0;
  return whole < 0 ? Math.max(whole + length, 0) : Math.min(whole, length);
}

function copyIndex(value: unknown, otherwise: number, name: string): number {
  if (value === undefined) {
    return otherwise;
  }
  const whole = Math.trunc(+(value as number)) || 0;
  if (whole < 0) {
    throw outOfRange(name, ">= 0", whole);
  }
  return whole;
}

function swap(bytes: Bytes, size: number): Bytes {
  if (bytes.length % size !== 0) {
    throw codedError(RangeError, "ERR_INVALID_BUFFER_SIZE", `Buffer size must be a multiple of ${size * 8}-bits`);
  }
  for (let start = 0; start < bytes.length; start += size) {
    bytes.subarray(start, start + size).reverse();
  }
  return bytes;
}

const methods = {
  toString(this: Bytes, encoding?: unknown, start?: number, end?: number): string {
    const { length } = this;
    const first = start === undefined || start <= 0 ? 0 : Math.trunc(start) || 0;
    const last = end === undefined || end > length ? length : Math.trunc(end) || 0;
    return last <= first ? "" : sliceText(this, first, last, requireToString(encoding));
  },
  toLocaleString(this: Bytes, encoding?: unknown, start?: number, end?: number): string {
    return methods.toString.call(this, encoding, start, end);
  },
  equals(this: Bytes, other: unknown): boolean {
    checkBytes(other, "otherBuffer");
    return this === other || (this.byteLength === other.byteLength && compareBytes(this, other) === 0);
  },
  compare(
    this: Bytes,
    target: unknown,
    targetStart?: unknown,
    targetEnd?: unknown,
    sourceStart?: unknown,
    sourceEnd?: unknown,
  ): -1 | 0 | 1 {
    checkBytes(target, "target");
    const first = targetStart === undefined ? 0 : checkInteger(targetStart, "targetStart");
    const last = targetEnd === undefined ? target.length : checkInteger(targetEnd, "targetEnd", target.length);
    const ownFirst = sourceStart === undefined ? 0 : checkInteger(sourceStart, "sourceStart");
    const ownLast = sourceEnd === undefined ? this.length : checkInteger(sourceEnd, "sourceEnd", this.length);
    if (ownFirst >= ownLast) {
      return first >= last ? 0 : -1;
    }
    if (first >= last) {
      return 1;
    }
    return compareBytes(this.subarray(ownFirst, ownLast), target.subarray(first, last));
  },
  indexOf(this: Bytes, value: unknown, offset?: unknown, encoding?: unknown): number {
    return search(this, value, offset, encoding, true);
  },
  lastIndexOf(this: Bytes, value: unknown, offset?: unknown, encoding?: unknown): number {
    return search(this, value, offset, encoding, false);
  },
  includes(this: Bytes, value: unknown, offset?: unknown, encoding?: unknown): boolean {
    return search(this, value, offset, encoding, true) !== -1;
  },
  fill(this: Bytes, value: unknown, offset?: unknown, end?: unknown, encoding?: unknown): Bytes {
    return fill(this, value, offset, end, encoding);
  },
  write(this: Bytes, value: unknown, offset?: unknown, length?: unknown, encoding?: unknown): number {
    if (offset === undefined) {
      return writeText(this, value, 0, this.length, "utf8");
    }
    if (length === undefined && typeof offset === "string") {
      return writeText(this, value, 0, this.length, requireEncoding(offset));
    }
    const start = checkInteger(offset, "offset", this.length);
    const most = this.length - start;
    if (typeof length === "string") {
      return writeText(this, value, start, most, requireEncoding(length));
    }
    const size = length === undefined ? most : Math.min(checkInteger(length, "length", this.length), most);
    return writeText(this, value, start, size, requireEncoding(encoding));
  },
  copy(this: Bytes, target: unknown, targetStart?: unknown, sourceStart?: unknown, sourceEnd?: unknown): number {
    if (!ArrayBuffer.isView(target)) {
      throw invalidArgType("target", "an instance of Buffer or Uint8Array", target);
    }
    const start = copyIndex(targetStart, 0, "targetStart");
    const first = copyIndex(sourceStart, 0, "sourceStart");
    if (first > this.length) {
      throw outOfRange("sourceStart", `>= 0 && <= ${this.length}`, first);
    }
    const last = Math.min(copyIndex(sourceEnd, this.length, "sourceEnd"), this.length);
    const size = Math.min(last - first, target.byteLength - start);
    if (size <= 0) {
      return 0;
    }
    const into = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    into.set(new Uint8Array(this.buffer, this.byteOffset + first, size), start);
    return size;
  },
  subarray(this: Bytes, start?: unknown, end?: unknown): Bytes {
    const { length } = this;
    const first = relative(start, length, 0);
    const last = relative(end, length, length);
    return new FastBuffer(this.buffer, this.byteOffset + first, Math.max(last - first, 0));
  },
  toJSON(this: Bytes): { type: "Buffer"; data: number[] } {
    return { type: "Buffer", data: [...this] };
  },
  swap16(this: Bytes): Bytes {
    return swap(this, 2);
  },
  swap32(this: Bytes): Bytes {
    return swap(this, 4);
  },
  swap64(this: Bytes): Bytes {
    return swap(this, 8);
  },
  [Symbol.for("nodejs.util.inspect.custom")](this: Bytes): string {
    const shownBytes = this.subarray(0, 50);
    const hex = (sliceText(shownBytes, 0, shownBytes.length, "hex").match(/../g) ?? []).join(" ");
    const more = this.length - shownBytes.length;
    const name = this.constructor.name === "Uint8Array" ? "Uint8Array" : "Buffer";
    return `<${name} ${hex}${more > 0 ? ` ... ${more} more byte${more > 1 ? "s" : ""}` : ""}>`;
  },
};

/** Unlike other methods, `toString` does not take the empty name for UTF-8. */
function requireToString(encoding: unknown): text.Encoding {
  if (encoding === undefined || encoding === "utf8") {
    return "utf8";
  }
  return requireEncoding(encoding === "" || encoding === null ? `${encoding} ` : encoding);
}

/** `utf8Slice`, `hexWrite` and the like, which some packages call to save the lookup of the encoding. */
function encodingMethods(): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const name of ["utf8", "latin1", "ascii", "hex", "base64", "base64url", "ucs2"]) {
    const encoding = requireEncoding(name);
    all[`${name}Slice`] = function slice(this: Bytes, start = 0, end = this.length): string {
      return sliceText(this, start, Math.max(start, Math.min(end, this.length)), encoding);
    };
    all[`${name}Write`] = function write(this: Bytes, value: string, start = 0, length = this.length - start): number {
      return writeText(this, value, start, Math.min(length, this.length - start), encoding);
    };
  }
  return all;
}

Object.assign(FastBuffer.prototype, numberMethods, encodingMethods(), methods, { slice: methods.subarray });
Object.defineProperties(FastBuffer.prototype, {
  parent: { get: () => undefined, configurable: true },
  offset: {
    get(this: Bytes) {
      return this.byteOffset;
    },
    configurable: true,
  },
});
FastBuffer.prototype.constructor = Buffer;
Buffer.prototype = FastBuffer.prototype;
Object.setPrototypeOf(Buffer, Uint8Array);
setBufferPrototype(FastBuffer.prototype);
Object.defineProperty(Buffer, Symbol.species, { configurable: true, get: () => FastBuffer });

Object.assign(Buffer, {
  poolSize: 8192,
  from,
  of: (...items: number[]): Bytes => new FastBuffer(items),
  alloc,
  allocUnsafe,
  allocUnsafeSlow: allocUnsafe,
  byteLength,
  concat,
  copyBytesFrom,
  compare(a: unknown, b: unknown): -1 | 0 | 1 {
    checkBytes(a, "buf1");
    checkBytes(b, "buf2");
    return compareBytes(a, b);
  },
  isBuffer: (value: unknown): boolean => value instanceof FastBuffer,
  isEncoding: (name: unknown): boolean => encodingOf(name) !== undefined,
});

const typed = Buffer as unknown as typeof globalThis.Buffer;

export { typed as Buffer };
