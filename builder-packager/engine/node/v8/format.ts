/*
 * V8's serialization format, as the functions of node:v8 write and read it. Its only description is
 * the class ValueSerializer of V8 (src/objects/value-serializer.cc).
 */

/** The version that is written. Since version 13, only kinds of values were added. */
export const VERSION = 15;
export const OLDEST_VERSION = 13;

/** The byte before the version. */
export const VERSION_MARK = 0xff;

const code = (character: string): number => character.charCodeAt(0);

/** The bytes with which values begin or end. */
export const TAG = {
  padding: 0,
  objectCount: code("?"),
  hole: code("-"),
  undefined: code("_"),
  null: code("0"),
  true: code("T"),
  false: code("F"),
  int32: code("I"),
  uint32: code("U"),
  double: code("N"),
  bigint: code("Z"),
  utf8: code("S"),
  latin1: code('"'),
  utf16: code("c"),
  reference: code("^"),
  object: code("o"),
  endOfObject: code("{"),
  sparseArray: code("a"),
  endOfSparseArray: code("@"),
  denseArray: code("A"),
  endOfDenseArray: code("$"),
  date: code("D"),
  trueObject: code("y"),
  falseObject: code("x"),
  numberObject: code("n"),
  bigintObject: code("z"),
  stringObject: code("s"),
  regExp: code("R"),
  map: code(";"),
  endOfMap: code(":"),
  set: code("'"),
  endOfSet: code(","),
  arrayBuffer: code("B"),
  resizableArrayBuffer: code("~"),
  view: code("V"),
  hostObject: code("\\"),
  error: code("r"),
} as const;

/** The tags in an error. */
export const ERROR_TAG = {
  message: code("m"),
  cause: code("c"),
  stack: code("s"),
  end: code("."),
} as const;

/** The classes of errors by their tags. An error of another class is written without a tag. */
export const ERROR_CLASSES: ReadonlyMap<number, ErrorConstructor> = new Map([
  [code("E"), EvalError],
  [code("R"), RangeError],
  [code("F"), ReferenceError],
  [code("S"), SyntaxError],
  [code("T"), TypeError],
  [code("U"), URIError],
]);

/** The flags of a regular expression by their bits. V8 has the bit 6 for a flag of its own. */
export const REG_EXP_FLAGS = ["g", "i", "m", "y", "u", "s", undefined, "d", "v"] as const;

type ViewClass = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView;

/** The number of Node.js for a Buffer among the {@link VIEW_CLASSES}. */
export const BUFFER_INDEX = 10;

/** The classes of views, in the order of the numbers that Node.js has for them. */
export const VIEW_CLASSES: readonly (ViewClass | undefined)[] = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  DataView,
  undefined,
  BigInt64Array,
  BigUint64Array,
];

/** The number of bytes of an element. */
export const elementSize = (View: ViewClass): number => (View as Partial<Uint8ArrayConstructor>).BYTES_PER_ELEMENT ?? 1;
