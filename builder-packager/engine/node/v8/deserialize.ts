import { Buffer } from "../buffer/class.ts";
import { codedError } from "../errors.ts";
import {
  BUFFER_INDEX,
  ERROR_CLASSES,
  ERROR_TAG,
  elementSize,
  OLDEST_VERSION,
  REG_EXP_FLAGS,
  TAG,
  VERSION,
  VERSION_MARK,
  VIEW_CLASSES,
} from "./format.ts";
import { damaged, Input } from "./input.ts";

/**
 * Implements `v8.deserialize`: reads a value in V8's serialization format. The bytes may be of
 * Node.js 12 to 24, which write the versions 13 to 15. Views in the value share the memory of the
 * argument where their alignment allows it, as in Node.js.
 */
export function deserialize(bytes: ArrayBufferView): unknown {
  if (!ArrayBuffer.isView(bytes)) {
    throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", "buffer must be a TypedArray or a DataView");
  }
  const input = new Input(bytes);
  checkVersion(input);
  return new Deserializer(input).read();
}

function checkVersion(input: Input): void {
  if (input.rest >= 2 && input.byte() === VERSION_MARK) {
    const version = input.varint();
    if (version >= OLDEST_VERSION && version <= VERSION) {
      return;
    }
  }
  throw new Error("Unable to deserialize cloned data due to invalid or unsupported version.");
}

class Deserializer {
  readonly #input: Input;
  /** The objects by their numbers, to which references refer. */
  readonly #objects: object[] = [];

  constructor(input: Input) {
    this.#input = input;
  }

  read(): unknown {
    const tag = this.#tag();
    switch (tag) {
      case TAG.undefined:
        return undefined;
      case TAG.null:
        return null;
      case TAG.true:
        return true;
      case TAG.false:
        return false;
      case TAG.int32:
        return this.#input.int32();
      case TAG.uint32:
        return this.#input.varint();
      case TAG.double:
        return this.#input.double();
      case TAG.bigint:
        return this.#input.bigint();
      case TAG.latin1:
      case TAG.utf16:
      case TAG.utf8:
        return this.#textOf(tag);
      default:
        return this.#object(tag);
    }
  }

  /** Reads a tag. V8 ignores the number of objects, which other programs write. */
  #tag(): number {
    for (;;) {
      const tag = this.#input.byte();
      if (tag === TAG.objectCount) {
        this.#input.varint();
      } else if (tag !== TAG.padding) {
        return tag;
      }
    }
  }

  #textOf(tag: number): string {
    switch (tag) {
      case TAG.latin1:
        return this.#input.text("latin1");
      case TAG.utf16:
        return this.#input.text("utf16le");
      case TAG.utf8:
        return this.#input.text("utf8");
      default:
        throw damaged();
    }
  }

  #text(): string {
    return this.#textOf(this.#tag());
  }

  #object(tag: number): object {
    switch (tag) {
      case TAG.reference:
        return this.#reference();
      case TAG.object:
        return this.#plainObject();
      case TAG.denseArray:
        return this.#denseArray();
      case TAG.sparseArray:
        return this.#sparseArray();
      case TAG.map:
        return this.#map();
      case TAG.set:
        return this.#set();
      case TAG.error:
        return this.#error();
      case TAG.regExp:
        return this.#numbered(this.#regExp());
      case TAG.hostObject:
        return this.#hostObject();
      case TAG.arrayBuffer:
      case TAG.resizableArrayBuffer:
        return this.#arrayBuffer(tag);
      default:
        return this.#numbered(this.#boxed(tag));
    }
  }

  /** Gives the next number to an object. */
  #numbered<T extends object>(object: T): T {
    this.#objects.push(object);
    return object;
  }

  #reference(): object {
    const object = this.#objects[this.#input.varint()];
    if (object === undefined) {
      throw damaged();
    }
    return object;
  }

  #boxed(tag: number): object {
    switch (tag) {
      case TAG.date:
        return new Date(this.#input.double());
      case TAG.trueObject:
        return Object(true);
      case TAG.falseObject:
        return Object(false);
      case TAG.numberObject:
        return Object(this.#input.double());
      case TAG.bigintObject:
        return Object(this.#input.bigint());
      case TAG.stringObject:
        return Object(this.#text());
      default:
        throw damaged();
    }
  }

  #plainObject(): object {
    const object = this.#numbered({});
    this.#properties(object, TAG.endOfObject);
    return object;
  }

  /** Reads properties up to the end of an object, and compares their number. */
  #properties(object: object, end: number): void {
    let count = 0;
    for (; this.#peek() !== end; count += 1) {
      const key = this.read();
      if (typeof key !== "string" && typeof key !== "number") {
        throw damaged();
      }
      setOwn(object, key, this.read());
    }
    this.#tag();
    this.#expect(count);
  }

  #expect(number: number): void {
    if (this.#input.varint() !== number) {
      throw damaged();
    }
  }

  /** Returns the next tag without reading it. */
  #peek(): number | undefined {
    while (this.#input.next === TAG.padding) {
      this.#input.byte();
    }
    return this.#input.next;
  }

  #denseArray(): object {
    const length = this.#input.varint();
    if (length > this.#input.rest) {
      throw damaged();
    }
    const array = this.#numbered<unknown[]>([]);
    for (let at = 0; at < length; at += 1) {
      if (this.#peek() === TAG.hole) {
        this.#tag();
      } else {
        array[at] = this.read();
      }
    }
    array.length = length;
    this.#properties(array, TAG.endOfDenseArray);
    this.#expect(length);
    return array;
  }

  #sparseArray(): object {
    const length = this.#input.varint();
    const array = this.#numbered<unknown[]>([]);
    array.length = length;
    this.#properties(array, TAG.endOfSparseArray);
    this.#expect(length);
    return array;
  }

  #map(): object {
    const map = this.#numbered(new Map());
    let count = 0;
    for (; this.#peek() !== TAG.endOfMap; count += 2) {
      map.set(this.read(), this.read());
    }
    this.#tag();
    this.#expect(count);
    return map;
  }

  #set(): object {
    const set = this.#numbered(new Set());
    let count = 0;
    for (; this.#peek() !== TAG.endOfSet; count += 1) {
      set.add(this.read());
    }
    this.#tag();
    this.#expect(count);
    return set;
  }

  #regExp(): RegExp {
    const source = this.#text();
    const bits = this.#input.varint();
    const flags = REG_EXP_FLAGS.filter((flag, at) => flag !== undefined && bits & (1 << at));
    const known = REG_EXP_FLAGS.reduce((sum, flag, at) => (flag === undefined ? sum : sum | (1 << at)), 0);
    if ((bits & ~known) !== 0) {
      throw damaged();
    }
    return new RegExp(source, flags.join(""));
  }

  #error(): Error {
    const Class = ERROR_CLASSES.get(this.#input.next ?? 0);
    if (Class !== undefined) {
      this.#input.byte();
    }
    const error = this.#numbered(new (Class ?? Error)());
    defineHidden(error, "stack", undefined);
    for (let tag = this.#input.byte(); tag !== ERROR_TAG.end; tag = this.#input.byte()) {
      if (tag === ERROR_TAG.message) {
        defineHidden(error, "message", this.#text());
      } else if (tag === ERROR_TAG.stack) {
        defineHidden(error, "stack", this.#text());
      } else if (tag === ERROR_TAG.cause) {
        defineHidden(error, "cause", this.read());
      } else {
        throw damaged();
      }
    }
    return error;
  }

  #arrayBuffer(tag: number): object {
    const length = this.#input.varint();
    const largest = tag === TAG.resizableArrayBuffer ? this.#input.varint() : undefined;
    if (largest !== undefined && largest < length) {
      throw damaged();
    }
    const bytes = this.#input.raw(length);
    const buffer = new ArrayBuffer(length, largest === undefined ? {} : { maxByteLength: largest });
    new Uint8Array(buffer).set(bytes);
    this.#numbered(buffer);
    return buffer;
  }

  /** Reads a view, the only object that Node.js writes by itself. */
  #hostObject(): object {
    const number = this.#objects.push({}) - 1;
    const index = this.#hostNumber();
    const length = this.#hostNumber();
    if (length > this.#input.rest) {
      throw new Error("ReadRawBytes() failed");
    }
    const view = viewOf(index, this.#input.raw(length));
    this.#objects[number] = view;
    return view;
  }

  #hostNumber(): number {
    if (this.#input.rest === 0) {
      throw new Error("ReadUint32() failed");
    }
    return this.#input.varint();
  }
}

function viewOf(index: number, { buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): ArrayBufferView {
  if (index === BUFFER_INDEX) {
    return Buffer.from(buffer, byteOffset, length);
  }
  const View = VIEW_CLASSES[index];
  if (View === undefined) {
    throw damaged();
  }
  const size = elementSize(View);
  return byteOffset % size === 0
    ? new View(buffer, byteOffset, length / size)
    : new View(buffer.slice(byteOffset, byteOffset + length), 0, length / size);
}

const defineHidden = (object: object, name: string, value: unknown): object =>
  Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });

/** Defines a property of an object. An assignment to `__proto__` would set the prototype. */
function setOwn(object: object, key: string | number, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, writable: true, configurable: true, enumerable: true });
  } else {
    (object as Record<string | number, unknown>)[key] = value;
  }
}
