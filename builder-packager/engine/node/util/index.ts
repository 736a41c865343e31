/** `node:util`. As in `fs/index.ts`, the packager reads from these lines which file has which function. */

export { TextDecoder, TextEncoder } from "../text.ts";
export { debuglog as debug, debuglog } from "./debuglog.ts";
export { default } from "./default.ts";
export { isDeepStrictEqual } from "./equal.ts";
export { format, formatWithOptions } from "./format.ts";
export {
  aborted,
  callbackify,
  deprecate,
  getSystemErrorMessage,
  getSystemErrorName,
  inherits,
  isArray,
  promisify,
  stripVTControlCharacters,
  toUSVString,
} from "./functions.ts";
export { inspect } from "./inspect.ts";
export { parseArgs } from "./parse-args.ts";
export { styleText } from "./style.ts";
export { default as types } from "./types.ts";
