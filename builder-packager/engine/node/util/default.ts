import { TextDecoder, TextEncoder } from "../text.ts";
import { debuglog } from "./debuglog.ts";
import { isDeepStrictEqual } from "./equal.ts";
import { format, formatWithOptions } from "./format.ts";
import {
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
import { inspect } from "./inspect.ts";
import { parseArgs } from "./parse-args.ts";
import { styleText } from "./style.ts";
import types from "./types.ts";

export { TextDecoder, TextEncoder, types };

export default {
  TextDecoder,
  TextEncoder,
  aborted,
  callbackify,
  debug: debuglog,
  debuglog,
  deprecate,
  format,
  formatWithOptions,
  getSystemErrorMessage,
  getSystemErrorName,
  inherits,
  inspect,
  isArray,
  isDeepStrictEqual,
  parseArgs,
  promisify,
  stripVTControlCharacters,
  styleText,
  toUSVString,
  types,
};
