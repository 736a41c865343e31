/** `util.types`, as far as JavaScript itself can tell the types apart. */

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

const isOf =
  (Type: abstract new (...args: never[]) => unknown) =>
  (value: unknown): boolean =>
    value instanceof Type;

/** The tag of a typed array is a getter that nothing else has. */
const arrayTag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get;

const isNamed =
  (name: string) =>
  (value: unknown): boolean =>
    arrayTag?.call(value) === name;

export const isAnyArrayBuffer = (value: unknown): boolean =>
  value instanceof ArrayBuffer || (typeof SharedArrayBuffer !== "undefined" && value instanceof SharedArrayBuffer);
export const isArgumentsObject = (value: unknown): boolean => tagOf(value) === "Arguments";
export const isArrayBuffer = isOf(ArrayBuffer);
export const isArrayBufferView = (value: unknown): boolean => ArrayBuffer.isView(value);
export const isAsyncFunction = (value: unknown): boolean => /^Async(Generator)?Function$/.test(tagOf(value));
export const isBigInt64Array = isNamed("BigInt64Array");
export const isBigUint64Array = isNamed("BigUint64Array");
export const isBooleanObject = isOf(Boolean);
export const isBoxedPrimitive = (value: unknown): boolean =>
  typeof value === "object" && [Number, String, Boolean, Symbol, BigInt].some((Type) => value instanceof Type);
export const isDataView = isOf(DataView);
export const isDate = isOf(Date);
export const isFloat32Array = isNamed("Float32Array");
export const isFloat64Array = isNamed("Float64Array");
export const isGeneratorFunction = (value: unknown): boolean => /^(Async)?GeneratorFunction$/.test(tagOf(value));
export const isGeneratorObject = (value: unknown): boolean => /^(Async)?Generator$/.test(tagOf(value));
export const isInt16Array = isNamed("Int16Array");
export const isInt32Array = isNamed("Int32Array");
export const isInt8Array = isNamed("Int8Array");
export const isMap = isOf(Map);
export const isMapIterator = (value: unknown): boolean => tagOf(value) === "Map Iterator";
export const isNativeError = (value: unknown): boolean => value instanceof Error;
export const isNumberObject = isOf(Number);
export const isPromise = isOf(Promise);
export const isRegExp = isOf(RegExp);
export const isSet = isOf(Set);
export const isSetIterator = (value: unknown): boolean => tagOf(value) === "Set Iterator";
export const isSharedArrayBuffer = (value: unknown): boolean => tagOf(value) === "SharedArrayBuffer";
export const isStringObject = isOf(String);
export const isSymbolObject = (value: unknown): boolean => typeof value === "object" && value instanceof Symbol;
export const isTypedArray = (value: unknown): boolean => ArrayBuffer.isView(value) && !(value instanceof DataView);
export const isUint16Array = isNamed("Uint16Array");
export const isUint32Array = isNamed("Uint32Array");
export const isUint8Array = isNamed("Uint8Array");
export const isUint8ClampedArray = isNamed("Uint8ClampedArray");
export const isWeakMap = isOf(WeakMap);
export const isWeakSet = isOf(WeakSet);

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
