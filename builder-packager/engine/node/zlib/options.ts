import { invalidArgType, notSupported, outOfRange } from "../errors.ts";
import { checkBoolean } from "../internal/checks.ts";
import type { Format, Options } from "./codec.ts";
import { constants } from "./constants.ts";

/* The options of node:zlib. The engine checks all of them, and applies `level`, `finishFlush` and `maxOutputLength`. */

/** What the engine does with data. */
export interface Settings {
  readonly level: number;
  /** True if an incomplete compressed stream is no error. */
  readonly isTolerant: boolean;
  readonly maxOutputLength: number;
}

const LONGEST = Number.MAX_SAFE_INTEGER;

/** Returns a number in a range; the fallback if it is missing or NaN. */
function numberIn(options: Options, name: keyof Options, lowest: number, highest: number, fallback: number): number {
  const value = options[name];
  if (value === undefined || Number.isNaN(value)) {
    return fallback;
  }
  const full = `options.${name}`;
  if (typeof value !== "number") {
    throw invalidArgType(full, "of type number", value);
  }
  if (!Number.isFinite(value)) {
    throw outOfRange(full, "a finite number", value);
  }
  if (value < lowest || value > highest) {
    throw outOfRange(
      full,
      highest === LONGEST && lowest > 1 ? `>= ${lowest}` : `>= ${lowest} and <= ${highest}`,
      value,
    );
  }
  return value;
}

const WINDOWLESS: ReadonlySet<Format> = new Set(["gunzip", "inflate", "unzip"]);

/** The end of a Zstandard stream, which is another number than that of zlib. */
const ZSTD_END = 2;

export function settingsOf(format: Format, options: Options): Settings {
  const isZstandard = format === "unzstd";
  const level = isZstandard ? -1 : checkedLevel(format, options);
  checkDictionary(options.dictionary);
  numberIn(options, "chunkSize", constants.Z_MIN_CHUNK, LONGEST, constants.Z_DEFAULT_CHUNK);
  const highest = isZstandard ? ZSTD_END : constants.Z_BLOCK;
  const end = isZstandard ? ZSTD_END : constants.Z_FINISH;
  numberIn(options, "flush", 0, highest, 0);
  const isTolerant = numberIn(options, "finishFlush", 0, highest, end) !== end;
  const maxOutputLength = numberIn(options, "maxOutputLength", 1, LONGEST, LONGEST);
  checkBoolean(options.rejectGarbageAfterEnd, "options.rejectGarbageAfterEnd");
  if (options.dictionary !== undefined) {
    throw notSupported("the option dictionary of node:zlib");
  }
  return { level, isTolerant, maxOutputLength };
}

function checkedLevel(format: Format, options: Options): number {
  if (!(WINDOWLESS.has(format) && !options.windowBits)) {
    const least = constants.Z_MIN_WINDOWBITS + (format === "gzip" ? 1 : 0);
    numberIn(options, "windowBits", least, constants.Z_MAX_WINDOWBITS, constants.Z_DEFAULT_WINDOWBITS);
  }
  const level = numberIn(options, "level", constants.Z_MIN_LEVEL, constants.Z_MAX_LEVEL, constants.Z_DEFAULT_LEVEL);
  numberIn(options, "memLevel", constants.Z_MIN_MEMLEVEL, constants.Z_MAX_MEMLEVEL, constants.Z_DEFAULT_MEMLEVEL);
  numberIn(options, "strategy", constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_DEFAULT_STRATEGY);
  return Math.trunc(level);
}

function checkDictionary(dictionary: unknown): void {
  if (dictionary !== undefined && !ArrayBuffer.isView(dictionary) && !(dictionary instanceof ArrayBuffer)) {
    const expected = "an instance of Buffer, TypedArray, DataView, or ArrayBuffer";
    throw invalidArgType("options.dictionary", expected, dictionary);
  }
}
