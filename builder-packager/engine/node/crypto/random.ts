import { random } from "engine:crypto";
import { Buffer } from "../buffer/class.ts";
import { DOMException } from "../dom-exception.ts";
import { codedError, invalidArgType, outOfRange } from "../errors.ts";
import { checkBoolean, checkFunction, checkObject } from "../internal/checks.ts";

type Callback<T> = (error: Error | null, value: T) => void;

const LARGEST = 2 ** 31 - 1;

function checkSize(size: unknown, element = 1): asserts size is number {
  if (typeof size !== "number") {
    throw invalidArgType("size", "of type number", size);
  }
  const bytes = size * element;
  if (!(bytes >= 0 && bytes <= LARGEST)) {
    throw outOfRange("size", `>= 0 && <= ${LARGEST}`, bytes);
  }
}

/** Gives the value now, or to a callback in a later turn. */
function deliver<T>(value: T, callback: Callback<T> | undefined): T | undefined {
  if (callback === undefined) {
    return value;
  }
  checkFunction(callback, "callback");
  setImmediate(() => callback(null, value));
  return undefined;
}

export function randomBytes(size: number, callback?: Callback<Buffer>): Buffer | undefined {
  checkSize(size);
  return deliver(Buffer.from(random(Math.trunc(size))), callback);
}

/** Fills bytes with random ones. The offset and the size count the elements of a typed array. */
export function randomFillSync<T extends ArrayBuffer | ArrayBufferView>(target: T, offset?: number, size?: number): T {
  if (!ArrayBuffer.isView(target) && !(target instanceof ArrayBuffer)) {
    throw invalidArgType("buf", "an instance of ArrayBuffer or ArrayBufferView", target);
  }
  const bytes = ArrayBuffer.isView(target)
    ? new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
    : new Uint8Array(target);
  const element = (target as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
  const start = offset === undefined ? 0 : checkOffset(offset, element, bytes.length);
  const length = size === undefined ? bytes.length - start : checkLength(size, element, start, bytes.length);
  bytes.set(new Uint8Array(random(length)), start);
  return target;
}

function checkOffset(offset: unknown, element: number, length: number): number {
  if (typeof offset !== "number") {
    throw invalidArgType("offset", "of type number", offset);
  }
  const start = offset * element;
  if (!(start >= 0 && start <= length)) {
    throw outOfRange("offset", `>= 0 && <= ${length}`, start);
  }
  return Math.trunc(start);
}

function checkLength(size: unknown, element: number, start: number, length: number): number {
  checkSize(size, element);
  const end = start + size * element;
  if (end > length) {
    throw outOfRange("size + offset", `<= ${length}`, end);
  }
  return Math.trunc(end) - start;
}

interface UuidOptions {
  readonly disableEntropyCache?: boolean | undefined;
}

const BYTE_NAMES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function randomUUID(options?: UuidOptions): `${string}-${string}-${string}-${string}-${string}` {
  if (options !== undefined) {
    checkObject(options, "options");
    checkBoolean(options.disableEntropyCache, "options.disableEntropyCache");
  }
  const bytes = new Uint8Array(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => BYTE_NAMES[byte]).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function checkSafe(value: unknown, name: string): asserts value is number {
  if (!Number.isSafeInteger(value)) {
    throw invalidArgType(name, "a safe integer", value);
  }
}

/** Random numbers have 48 bits, as in Node.js. */
const RANGE = 2 ** 48;

type IntCallback = Callback<number>;

export function randomInt(first: number, second?: number | IntCallback, third?: IntCallback): number | undefined {
  const hasLowest = typeof second === "number" || (second !== undefined && typeof second !== "function");
  const lowest = hasLowest ? first : 0;
  const limit = hasLowest ? second : first;
  const callback = typeof second === "function" ? second : third;
  if (callback !== undefined) {
    checkFunction(callback, "callback");
  }
  checkSafe(lowest, "min");
  checkSafe(limit, "max");
  if (limit <= lowest) {
    throw outOfRange("max", `greater than the value of "min" (${lowest})`, limit);
  }
  const range = limit - lowest;
  if (!(range < RANGE)) {
    throw outOfRange(hasLowest ? "max - min" : "max", `<= ${RANGE - 1}`, range);
  }
  // The numbers of the last, incomplete range would make the first ones likelier.
  const end = RANGE - (RANGE % range);
  let number = RANGE;
  while (number >= end) {
    number = new Uint8Array(random(6)).reduce((value, byte) => value * 256 + byte, 0);
  }
  const result = lowest + (number % range);
  if (callback !== undefined) {
    // Unlike that of the other functions, this callback gets no null.
    setImmediate(() => callback(undefined as never, result));
    return undefined;
  }
  return result;
}

export function getRandomValues<T extends ArrayBufferView>(target: T): T {
  const isInteger = ArrayBuffer.isView(target) && !/Float|DataView/.test(target.constructor.name);
  if (!isInteger) {
    throw new DOMException("The data argument must be an integer-type TypedArray", "TypeMismatchError");
  }
  if (target.byteLength > 65_536) {
    throw new DOMException(`The requested length exceeds 65,536 bytes`, "QuotaExceededError");
  }
  return randomFillSync(target);
}

export function timingSafeEqual(first: ArrayBufferView, second: ArrayBufferView): boolean {
  const a = operand(first, "buf1");
  const b = operand(second, "buf2");
  if (a.length !== b.length) {
    throw codedError(RangeError, "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", "Input buffers must have the same byte length");
  }
  // Every byte is looked at, so that the time does not say where the first difference is.
  let difference = 0;
  for (let index = 0; index < a.length; index++) {
    difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  }
  return difference === 0;
}

function operand(value: unknown, name: string): Uint8Array {
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (value instanceof ArrayBuffer) {
    return new Uint8Array(value);
  }
  const expected = "an instance of ArrayBuffer, Buffer, TypedArray, or DataView.";
  throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", `The "${name}" argument must be ${expected}`);
}
