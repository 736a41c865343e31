import { parse, stringify, TomlDate, TomlError } from "smol-toml";
import { LibcnbError } from "../../errors.ts";
import type { Table } from "./schema.ts";

/**
 * The maximal depth of tables. Deeper ones are an attack: no file needs them, and recursion would
 * overflow the stack.
 */
const maxDepth = 100;
const options = { maxDepth, integersAsBigInt: "asNeeded" } as const;

/**
 * Parses TOML, given as text or as the bytes of a file, which must be UTF-8. Tables have no
 * prototype, so that a key such as `constructor` or `__proto__` in an untrusted file has no special
 * meaning. Dates and times become ISO 8601 strings with milliseconds, as in the lifecycle, which
 * converts TOML to JSON and back. Integers too large for a number are `bigint`s; `inf` and `nan`
 * are numbers. TOML 1.1 is supported, as in newer lifecycles; lifecycle 0.21.0 does not support it.
 *
 * @throws LibcnbError TOML_INVALID with `file:line:column`
 * @example `parseToml(await readFile("project.toml"), "project.toml")`
 */
export function parseToml(source: string | Uint8Array, file: string): Table {
  const text = typeof source === "string" ? source : utf8(source, file);
  try {
    const value = parse(text, options);
    refuseMissingDays(text);
    if (isTooDeep(value, maxDepth + 1)) throw tooDeep(file); // the parser's own limit does not count dotted keys
    return plain(value) as Table;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const said = error.message.split("\n", 1)[0]?.replace(/^Invalid TOML document: /, "") ?? "";
    const reason = said.includes("excessively nested") ? `it is nested more than ${maxDepth} levels deep` : said;
    throw invalidAt(file, error, reason);
  }
}

/**
 * Formats TOML 1.0 that every parser reads identically. `undefined` and `null` fields are omitted;
 * dates are written as strings.
 *
 * @throws LibcnbError TOML_UNWRITABLE for functions, symbols, numbers that are not finite, integers
 *   of more than 64 bits, lists that contain `null`, and tables that contain themselves or are
 *   nested more than 100 levels deep
 * @example `formatToml({ metadata: { version: "22.1.0" } })`
 */
export function formatToml(value: Table): string {
  const deep = Object.keys(value).find((key) => isTooDeep(value[key]));
  if (deep !== undefined)
    throw unwritable(
      deep,
      `it is nested more than ${maxDepth} levels deep, or contains itself`,
      "Remove the cycle, or write the value as text.",
    );
  const text = stringify(writable(value, "")).trim();
  return text === "" ? "" : `${text}\n`;
}

/**
 * Decodes UTF-8. Invalid bytes are an error, because replacement characters would make different
 * files look equal.
 */
function utf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const lines = validStart(bytes).split("\n");
    const location = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
    throw invalidAt(file, location, "its bytes are not UTF-8");
  }
}

/**
 * The text before the first bytes that are not UTF-8: up to there, decoding and encoding again
 * changes nothing.
 */
function validStart(bytes: Uint8Array): string {
  const again = new TextEncoder().encode(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
  const wrong = bytes.findIndex((byte, index) => byte !== again[index]);
  // as a stream: without a character that is begun and not ended
  return new TextDecoder("utf-8").decode(bytes.subarray(0, wrong < 0 ? bytes.length : wrong), { stream: true });
}

function invalidAt(file: string, { line, column }: { line: number; column: number }, reason: string): LibcnbError {
  return new LibcnbError("TOML_INVALID", `${file}:${line}:${column} is not valid TOML: ${reason}`, {
    hint: `Correct line ${line} of ${file}.`,
  });
}

/**
 * Refuses days that do not exist: the parser reads 30 February as 2 March, but it refuses days
 * beyond 31. So such days are replaced by larger numbers and the text is parsed again, which fails
 * only if a date contains one. The same digits in strings, keys and comments have no effect.
 */
function refuseMissingDays(text: string): void {
  const marked = text.replace(/(\d{4})-(\d\d)-(29|3[01])/g, (date, year, month, day) =>
    Number(day) > daysIn(Number(year), Number(month)) ? `${year}-${month}-${Number(day) + 68}` : date,
  );
  if (marked !== text) parse(marked, options);
}

function daysIn(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return isLeapYear ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const tooDeep = (file: string): LibcnbError =>
  new LibcnbError(
    "TOML_INVALID",
    `${file} is not valid TOML: the TOML tables are nested more than ${maxDepth} levels deep`,
    {
      hint: `Shorten the dotted keys of ${file}.`,
    },
  );

/**
 * True if a value is nested more deeply than a file may be. A circular value is nested without end.
 * The search is depth-first, because a circular value has endless branches.
 */
export function isTooDeep(value: unknown, levels = maxDepth): boolean {
  return isBranch(value) && (levels === 0 || Object.values(value).some((item) => isTooDeep(item, levels - 1)));
}

const isBranch = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !(value instanceof TomlDate);

function plain(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "object" && value !== null ? mapTable(value, plain) : value;
}

function writable(value: unknown, path: string): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item, index) => listItem(item, `${path}[${index}]`));
  if (typeof value === "object" && value !== null)
    return mapTable(value, (item, key) => field(item, path === "" ? key : `${path}.${key}`));
  if (typeof value === "string") return value.toWellFormed(); // a lone surrogate has no UTF-8 form
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return value;
  if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return value;
  throw notToml(value, path);
}

const field = (value: unknown, path: string) =>
  value === undefined || value === null ? undefined : writable(value, path);

function listItem(value: unknown, path: string): unknown {
  if (value === undefined || value === null) throw notToml(value, path);
  return writable(value, path);
}

function mapTable(value: object, map: (item: unknown, key: string) => unknown): Table {
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) {
    const mapped = map(item, key);
    if (mapped !== undefined) result[key.toWellFormed()] = mapped;
  }
  return result;
}

function notToml(value: unknown, path: string): LibcnbError {
  const text = typeof value === "function" ? "a function" : String(value);
  return unwritable(
    path || "the value",
    `it is ${text}`,
    "Use strings, finite numbers, integers of 64 bits, booleans, lists and tables.",
  );
}

const unwritable = (path: string, problem: string, hint: string): LibcnbError =>
  new LibcnbError("TOML_UNWRITABLE", `${path} cannot be written as TOML: ${problem}`, { hint });
