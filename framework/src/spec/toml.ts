import { parse, stringify, TomlDate, TomlError } from "smol-toml";
import { LibcnbError } from "../errors.ts";
import type { Table } from "./schema.ts";

/**
 * Parses TOML. Tables have no prototype, so that a key such as `constructor` or `__proto__` in an untrusted file is only a key.
 * Dates become ISO 8601 strings, as they do on their way through the lifecycle (TOML → JSON → TOML).
 *
 * @throws LibcnbError TOML_INVALID with `file:line:column`
 * @example `parseToml(await readFile("project.toml", "utf8"), "project.toml")`
 */
export function parseToml(text: string, file: string): Table {
  try {
    return plain(parse(text, { maxDepth: 100 })) as Table;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n", 1)[0]?.replace(/^Invalid TOML document: /, "") ?? "";
    throw new LibcnbError("TOML_INVALID", `${file}:${error.line}:${error.column} is not valid TOML: ${reason}`, {
      hint: `Correct line ${error.line} of ${file}.`,
    });
  }
}

/**
 * Writes TOML 1.0 that every reader takes alike. `undefined` and `null` fields are left out; dates are written as strings.
 *
 * @throws LibcnbError TOML_UNWRITABLE for functions, symbols, numbers that are not finite and lists that hold `null`
 * @example `stringifyToml({ metadata: { version: "22.1.0" } })`
 */
export function stringifyToml(value: Table): string {
  const text = stringify(writable(value, "")).trim();
  return text === "" ? "" : `${text}\n`;
}

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
  throw unwritable(value, path);
}

const field = (value: unknown, path: string) =>
  value === undefined || value === null ? undefined : writable(value, path);

function listItem(value: unknown, path: string): unknown {
  if (value === undefined || value === null) throw unwritable(value, path);
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

function unwritable(value: unknown, path: string): LibcnbError {
  return new LibcnbError("TOML_UNWRITABLE", `${path || "the value"} cannot be written as TOML: ${String(value)}`, {
    hint: "Use strings, finite numbers, booleans, lists and tables.",
  });
}
