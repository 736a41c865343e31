/**
 * `util.types`. Most types are recognized by what only their objects have inside, as in Node.js. JavaScript cannot look into
 * promises, iterators and generators, which are recognized by their prototypes.
 */

type Check = (value: unknown) => boolean;
type Type = abstract new (...args: never[]) => unknown;

/** Calls a method that throws for objects of other types. */
function accepts(method: (this: unknown, ...args: never[]) => unknown, value: unknown): boolean {
  try {
    method.call(value);
    return true;
  } catch {
    return false;
  }
}

/**
 * Creates the check for a type with a method that refuses other objects. The method is only called if it may succeed, because
 * an error takes 26 µs.
 */
const isOf =
  (Type: Type, method: (this: unknown, ...args: never[]) => unknown): Check =>
  (value) =>
    isObject(value) && (value instanceof Type || Object.getPrototypeOf(value) === null) && accepts(method, value);

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const getter = (prototype: object, name: PropertyKey): ((this: unknown) => unknown) =>
  Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: unknown) => unknown;

/** Returns a getter of the prototype of all typed arrays; it returns undefined for other objects. */
const arrayTag = getter(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag);

const isNamed =
  (name: string): Check =>
  (value) =>
    arrayTag.call(value) === name;

/** The engine's own name for the kind of an object; a property of the object may say something else. */
const kindOf = (value: unknown): string =>
  isObject(value) && !(Symbol.toStringTag in value) ? Object.prototype.toString.call(value).slice(8, -1) : "";

const functionTag = (value: unknown): string =>
  typeof value === "function" ? Object.prototype.toString.call(value).slice(8, -1) : "";

const isBelow =
  (prototype: object): Check =>
  (value) =>
    isObject(value) && Object.prototype.isPrototypeOf.call(prototype, value);

const prototypeOf = (value: object): object => Object.getPrototypeOf(value);
const generators = prototypeOf(function* generator() {}.prototype);
const asyncGenerators = prototypeOf(async function* generator() {}.prototype);

export const isArrayBuffer = isOf(ArrayBuffer, getter(ArrayBuffer.prototype, "byteLength"));
export const isSharedArrayBuffer = isOf(SharedArrayBuffer, getter(SharedArrayBuffer.prototype, "byteLength"));
export const isAnyArrayBuffer: Check = (value) => isArrayBuffer(value) || isSharedArrayBuffer(value);
export const isArgumentsObject: Check = (value) => kindOf(value) === "Arguments";
export const isArrayBufferView: Check = (value) => ArrayBuffer.isView(value);
export const isAsyncFunction: Check = (value) => /^Async(Generator)?Function$/.test(functionTag(value));
export const isBigInt64Array = isNamed("BigInt64Array");
export const isBigUint64Array = isNamed("BigUint64Array");
export const isBooleanObject = isOf(Boolean, Boolean.prototype.valueOf);
export const isDataView: Check = (value) => ArrayBuffer.isView(value) && arrayTag.call(value) === undefined;
export const isDate = isOf(Date, Date.prototype.getTime);
export const isFloat32Array = isNamed("Float32Array");
export const isFloat64Array = isNamed("Float64Array");
export const isGeneratorFunction: Check = (value) => /^(Async)?GeneratorFunction$/.test(functionTag(value));
export const isGeneratorObject: Check = (value) => isBelow(generators)(value) || isBelow(asyncGenerators)(value);
export const isInt16Array = isNamed("Int16Array");
export const isInt32Array = isNamed("Int32Array");
export const isInt8Array = isNamed("Int8Array");
export const isMap = isOf(Map, getter(Map.prototype, "size"));
export const isMapIterator = isBelow(prototypeOf(new Map().entries()));
export const isNativeError: Check = (value) => (Error as unknown as { isError: Check }).isError(value);
export const isNumberObject = isOf(Number, Number.prototype.valueOf);
export const isPromise = isBelow(Promise.prototype);
export const isRegExp: Check = (value) => kindOf(value) === "RegExp";
export const isSet = isOf(Set, getter(Set.prototype, "size"));
export const isSetIterator = isBelow(prototypeOf(new Set().entries()));
export const isStringObject = isOf(String, String.prototype.valueOf);
export const isSymbolObject = isOf(Symbol as unknown as Type, Symbol.prototype.valueOf);
export const isTypedArray: Check = (value) => arrayTag.call(value) !== undefined;
export const isUint16Array = isNamed("Uint16Array");
export const isUint32Array = isNamed("Uint32Array");
export const isUint8Array = isNamed("Uint8Array");
export const isUint8ClampedArray = isNamed("Uint8ClampedArray");
export const isWeakMap = isOf(WeakMap, WeakMap.prototype.has as () => unknown);
export const isWeakSet = isOf(WeakSet, WeakSet.prototype.has as () => unknown);

const isBigIntObject = isOf(BigInt as unknown as Type, BigInt.prototype.valueOf);

export const isBoxedPrimitive: Check = (value) =>
  [isNumberObject, isStringObject, isBooleanObject, isSymbolObject, isBigIntObject].some((check) => check(value));

export default {
  isAnyArrayBuffer,
  isArgumentsObject,
  isArrayBuffer,
  isArrayBufferView,
  isAsyncFunction,
  isBigInt64Array,
  isBigUint64Array,
  isBooleanObject,
  isBoxedPrimitive,
  isDataView,
  isDate,
  isFloat32Array,
  isFloat64Array,
  isGeneratorFunction,
  isGeneratorObject,
  isInt16Array,
  isInt32Array,
  isInt8Array,
  isMap,
  isMapIterator,
  isNativeError,
  isNumberObject,
  isPromise,
  isRegExp,
  isSet,
  isSetIterator,
  isSharedArrayBuffer,
  isStringObject,
  isSymbolObject,
  isTypedArray,
  isUint16Array,
  isUint32Array,
  isUint8Array,
  isUint8ClampedArray,
  isWeakMap,
  isWeakSet,
};
