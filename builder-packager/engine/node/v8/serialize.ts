import { Buffer } from "../buffer/class.ts";
import {
  isGeneratorObject,
  isMapIterator,
  isPromise,
  isSetIterator,
  isSharedArrayBuffer,
  isSymbolObject,
} from "../util/types.ts";
import {
  BUFFER_INDEX,
  ERROR_CLASSES,
  ERROR_TAG,
  REG_EXP_FLAGS,
  TAG,
  VERSION,
  VERSION_MARK,
  VIEW_CLASSES,
} from "./format.ts";
import { Output } from "./output.ts";

/** Implements `v8.serialize`: writes a value in V8's serialization format. */
export function serialize(value: unknown): Buffer {
  const output = new Output();
  output.byte(VERSION_MARK);
  output.varint(VERSION);
  new Serializer(output).write(value);
  const { buffer, byteOffset, byteLength } = output.bytes;
  return Buffer.from(buffer, byteOffset, byteLength);
}

class Serializer {
  readonly #output: Output;
  /** The numbers of the objects that have been written, for references to them. */
  readonly #numbers = new Map<object, number>();

  constructor(output: Output) {
    this.#output = output;
  }

  write(value: unknown): void {
    switch (typeof value) {
      case "string":
        this.#output.text(value);
        break;
      case "number":
        this.#number(value);
        break;
      case "undefined":
        this.#output.byte(TAG.undefined);
        break;
      case "boolean":
        this.#output.byte(value ? TAG.true : TAG.false);
        break;
      case "bigint":
        this.#output.byte(TAG.bigint);
        this.#output.bigint(value);
        break;
      case "object":
        this.#object(value);
        break;
      default:
        throw refused(value);
    }
  }

  #number(value: number): void {
    if (isInt32(value)) {
      this.#output.byte(TAG.int32);
      this.#output.varint(((value << 1) ^ (value >> 31)) >>> 0);
    } else {
      this.#double(TAG.double, value);
    }
  }

  #double(tag: number, value: number): void {
    this.#output.byte(tag);
    this.#output.double(value);
  }

  #object(value: object | null): void {
    if (value === null) {
      this.#output.byte(TAG.null);
      return;
    }
    const number = this.#numbers.get(value);
    if (number !== undefined) {
      this.#output.byte(TAG.reference);
      this.#output.varint(number);
      return;
    }
    this.#numbers.set(value, this.#numbers.size);
    this.#newObject(value);
  }

  #newObject(value: object): void {
    if (Array.isArray(value)) {
      this.#array(value);
    } else if (value instanceof Map) {
      this.#members(TAG.map, [...value].flat(), TAG.endOfMap);
    } else if (value instanceof Set) {
      this.#members(TAG.set, [...value], TAG.endOfSet);
    } else if (ArrayBuffer.isView(value)) {
      this.#view(value);
    } else if (value instanceof ArrayBuffer) {
      this.#arrayBuffer(value);
    } else if (value instanceof Date) {
      this.#double(TAG.date, value.getTime());
    } else if (value instanceof RegExp) {
      this.#regExp(value);
    } else if (value instanceof Error) {
      this.#error(value);
    } else if (isRefused(value)) {
      throw refused(value);
    } else if (!this.#boxed(value)) {
      this.#output.byte(TAG.object);
      const count = this.#properties(value, Object.keys(value));
      this.#output.byte(TAG.endOfObject);
      this.#output.varint(count);
    }
  }

  /** Writes properties, and returns their number. A getter may have removed some of them. */
  #properties(value: object, keys: readonly string[]): number {
    let count = 0;
    for (const key of keys) {
      if (Object.hasOwn(value, key)) {
        this.write(isIndex(key) ? Number(key) : key);
        this.write((value as Record<string, unknown>)[key]);
        count += 1;
      }
    }
    return count;
  }

  #array(array: readonly unknown[]): void {
    const keys = Object.keys(array);
    const { length } = array;
    const isDense = keys.length >= length && (length === 0 || keys[length - 1] === String(length - 1));
    this.#output.byte(isDense ? TAG.denseArray : TAG.sparseArray);
    this.#output.varint(length);
    if (isDense) {
      this.#elements(array);
    }
    const count = this.#properties(array, isDense ? keys.slice(length) : keys);
    this.#output.byte(isDense ? TAG.endOfDenseArray : TAG.endOfSparseArray);
    this.#output.varint(count);
    this.#output.varint(length);
  }

  /** V8 stores an array of numbers as doubles if one of them is not an integer, and writes all of them so. */
  #elements(array: readonly unknown[]): void {
    if (isNumbers(array) && array.some((each) => !isInt32(each))) {
      for (const each of array) {
        this.#double(TAG.double, each);
      }
    } else {
      for (const each of array) {
        this.write(each);
      }
    }
  }

  #members(tag: number, members: readonly unknown[], end: number): void {
    this.#output.byte(tag);
    for (const each of members) {
      this.write(each);
    }
    this.#output.byte(end);
    this.#output.varint(members.length);
  }

  #view(view: ArrayBufferView): void {
    const index = Buffer.isBuffer(view)
      ? BUFFER_INDEX
      : VIEW_CLASSES.findIndex((View) => View !== undefined && view instanceof View);
    this.#output.byte(TAG.hostObject);
    this.#output.varint(index);
    this.#output.varint(view.byteLength);
    this.#output.raw(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }

  #arrayBuffer(buffer: ArrayBuffer): void {
    this.#output.byte(buffer.resizable ? TAG.resizableArrayBuffer : TAG.arrayBuffer);
    this.#output.varint(buffer.byteLength);
    if (buffer.resizable) {
      this.#output.varint(buffer.maxByteLength);
    }
    this.#output.raw(new Uint8Array(buffer));
  }

  #regExp({ source, flags }: RegExp): void {
    this.#output.byte(TAG.regExp);
    this.#output.text(source);
    this.#output.varint(
      REG_EXP_FLAGS.reduce(
        (bits, flag, at) => (flag !== undefined && flags.includes(flag) ? bits | (1 << at) : bits),
        0,
      ),
    );
  }

  #error(error: Error): void {
    this.#output.byte(TAG.error);
    const name = String(error.name);
    for (const [tag, Class] of ERROR_CLASSES) {
      if (Class.name === name) {
        this.#output.byte(tag);
      }
    }
    const { message, cause, stack } = Object.getOwnPropertyDescriptors(error);
    if (message !== undefined && "value" in message) {
      this.#output.byte(ERROR_TAG.message);
      this.#output.text(String(message.value));
    }
    if (typeof stack?.value === "string") {
      this.#output.byte(ERROR_TAG.stack);
      this.#output.text(stack.value);
    }
    if (cause !== undefined && "value" in cause) {
      this.#output.byte(ERROR_TAG.cause);
      this.write(cause.value);
    }
    this.#output.byte(ERROR_TAG.end);
  }

  /** Writes the object of a primitive value; false if it is not one. */
  #boxed(object: object): boolean {
    if (object instanceof Number) {
      this.#double(TAG.numberObject, object.valueOf());
    } else if (object instanceof String) {
      this.#output.byte(TAG.stringObject);
      this.#output.text(object.valueOf());
    } else if (object instanceof Boolean) {
      this.#output.byte(object.valueOf() ? TAG.trueObject : TAG.falseObject);
    } else if (object instanceof BigInt) {
      this.#output.byte(TAG.bigintObject);
      this.#output.bigint((object as { valueOf(): bigint }).valueOf());
    } else {
      return false;
    }
    return true;
  }
}

const isInt32 = (value: unknown): value is number =>
  (value as number) === ((value as number) | 0) && !Object.is(value, -0);

const isNumbers = (array: readonly unknown[]): array is readonly number[] =>
  array.every((each) => typeof each === "number");

/** True for a key that is the index of an element. V8 writes it as a number. */
const isIndex = (key: string): boolean => /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;

function isRefused(value: object): boolean {
  return (
    isPromise(value) ||
    isSharedArrayBuffer(value) ||
    isGeneratorObject(value) ||
    isMapIterator(value) ||
    isSetIterator(value) ||
    isSymbolObject(value) ||
    value instanceof WeakMap ||
    value instanceof WeakSet ||
    value instanceof WeakRef
  );
}

const refused = (value: unknown): Error => new Error(`${described(value)} could not be cloned.`);

function described(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return String(value);
  }
  const name = value.constructor?.name;
  // V8 does not count the class of all iterators as theirs
  const isNamed = value.toString === Object.prototype.toString && name !== "" && name !== "Iterator";
  return isNamed ? `#<${name}>` : Object.prototype.toString.call(value);
}
