import { invalidArgType, notSupported, outOfRange } from "../errors.ts";
import { checkBoolean } from "../internal/checks.ts";
import { DECODERS, type Format, type Options } from "./codec.ts";
import { constants } from "./constants.ts";

/*
 * The options of node:zlib. The engine checks all of them. It ignores `flush` and `windowBits`, and decompresses without
 * dictionaries.
 */

/** What the engine does with data. */
export interface Settings {
  readonly level: number;
  readonly memLevel: number;
  readonly strategy: number;
  readonly chunkSize: number;
  readonly finishFlush: number;
  readonly dictionary: unknown;
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
  const { level, memLevel, strategy } = isZstandard ? NO_LEVELS : checkedLevels(format, options);
  checkDictionary(options.dictionary);
  const chunkSize = numberIn(options, "chunkSize", constants.Z_MIN_CHUNK, LONGEST, constants.Z_DEFAULT_CHUNK);
  const highest = isZstandard ? ZSTD_END : constants.Z_BLOCK;
  const end = isZstandard ? ZSTD_END : constants.Z_FINISH;
  numberIn(options, "flush", 0, highest, 0);
  const finishFlush = numberIn(options, "finishFlush", 0, highest, end);
  const maxOutputLength = numberIn(options, "maxOutputLength", 1, LONGEST, LONGEST);
  checkBoolean(options.rejectGarbageAfterEnd, "options.rejectGarbageAfterEnd");
  const { dictionary } = options;
  if (dictionary !== undefined && DECODERS.has(format)) {
    throw notSupported("the option dictionary of node:zlib");
  }
  const isTolerant = finishFlush !== end;
  return { level, memLevel, strategy, chunkSize, finishFlush, dictionary, isTolerant, maxOutputLength };
}

const NO_LEVELS = { level: -1, memLevel: 0, strategy: 0 };

function checkedLevels(format: Format, options: Options): typeof NO_LEVELS {
  if (!(WINDOWLESS.has(format) && !options.windowBits)) {
    const least = constants.Z_MIN_WINDOWBITS + (format === "gzip" ? 1 : 0);
    numberIn(options, "windowBits", least, constants.Z_MAX_WINDOWBITS, constants.Z_DEFAULT_WINDOWBITS);
  }
  const level = numberIn(options, "level", constants.Z_MIN_LEVEL, constants.Z_MAX_LEVEL, constants.Z_DEFAULT_LEVEL);
  const { Z_MIN_MEMLEVEL, Z_MAX_MEMLEVEL, Z_DEFAULT_MEMLEVEL, Z_DEFAULT_STRATEGY, Z_FIXED } = constants;
  const memLevel = numberIn(options, "memLevel", Z_MIN_MEMLEVEL, Z_MAX_MEMLEVEL, Z_DEFAULT_MEMLEVEL);
  const strategy = numberIn(options, "strategy", Z_DEFAULT_STRATEGY, Z_FIXED, Z_DEFAULT_STRATEGY);
  return { level: Math.trunc(level), memLevel: Math.trunc(memLevel), strategy: Math.trunc(strategy) };
}

function checkDictionary(dictionary: unknown): void {
  if (dictionary !== undefined && !ArrayBuffer.isView(dictionary) && !(dictionary instanceof ArrayBuffer)) {
    const expected = "an instance of Buffer, TypedArray, DataView, or ArrayBuffer";
    throw invalidArgType("options.dictionary", expected, dictionary);
  }
}
