import { byBytes } from "./byte-order.ts";
import { TomlDate } from "./toml.ts";

/**
 * Writes TOML byte for byte as BurntSushi/toml writes Go maps: keys sorted, plain values before
 * tables, two spaces per level. The exact form matters because buildpacks that are shell scripts
 * read plans and restored metadata with grep and sed. A `number` becomes a float, a `bigint` an
 * integer.
 *
 * @example `writeGoToml({ metadata: { version: "1" } })` is `[metadata]\n  version = "1"\n`
 */
export function writeGoToml(table: object): string {
  return tableBody(table, []).replace(/^\n/, "");
}

type Key = readonly string[];

function tableBody(table: object, key: Key): string {
  const entries = Object.entries(table).filter(([, value]) => value !== null && value !== undefined);
  const sorted = entries.sort(([one], [other]) => byBytes(one, other));
  const direct = sorted.filter(([, value]) => !isTable(value) && !isTableArray(value));
  const tables = sorted.filter(([, value]) => isTable(value) || isTableArray(value));
  const lines = direct.map(([name, value]) => `${indent(key)}${keyText(name)} = ${inline(value)}\n`);
  return [...lines, ...tables.map(([name, value]) => subTable(value, [...key, name]))].join("");
}

function subTable(value: unknown, key: Key): string {
  const name = key.map(keyText).join(".");
  const margin = indent(key.slice(1));
  if (Array.isArray(value)) return value.map((entry) => `\n${margin}[[${name}]]\n${tableBody(entry, key)}`).join("");
  return `${key.length === 1 ? "\n" : ""}${margin}[${name}]\n${tableBody(value as object, key)}`;
}

const indent = (key: Key): string => "  ".repeat(key.length);

const isTable = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

const isTableArray = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isTable);

const keyText = (name: string): string => (/^[A-Za-z0-9_-]+$/.test(name) ? name : goTomlString(name));

function inline(value: unknown): string {
  if (typeof value === "string") return goTomlString(value);
  if (typeof value === "number") return float(value);
  if (value instanceof TomlDate)
    return value
      .toISOString()
      .replace(/(\.\d*?)0+(?=Z|[+-]|$)/, "$1")
      .replace(/\.(?=Z|[+-]|$)/, "");
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (!isTable(value)) return String(value);
  const entries = Object.entries(value).sort(([one], [other]) => byBytes(one, other));
  return `{${entries.map(([name, entry]) => `${keyText(name)} = ${inline(entry)}`).join(", ")}}`;
}

/**
 * Writes a float without an exponent, as the lifecycle did up to 0.21.0. Newer ones write `1e+06`,
 * which is harder to read for shell scripts.
 */
function float(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  const [mantissa = "", exponent = "0"] = Math.abs(value).toExponential().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const point = Number(exponent) + 1;
  const digits = (whole + fraction)
    .padStart(1 - Math.min(point, 1) + whole.length + fraction.length, "0")
    .padEnd(point, "0");
  const at = Math.max(point, 1);
  return `${value < 0 || Object.is(value, -0) ? "-" : ""}${digits.slice(0, at)}.${digits.slice(at) || "0"}`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
};

/** Formats a TOML basic string with the escapes that BurntSushi/toml uses. */
export function goTomlString(text: string): string {
  return `"${text.replace(/["\\\p{Cc}]/gu, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  // The second block of control characters stays as it is.
  if (code >= 0x80) return character;
  return shortEscapes[character] ?? `\\u${code.toString(16).padStart(4, "0")}`;
}
