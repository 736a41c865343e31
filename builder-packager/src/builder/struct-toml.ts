import { goTomlString } from "../platform/formats/go-toml.ts";

/**
 * The fields of a Go struct in their order, as a table. Undefined fields are omitted from the TOML.
 */
export interface StructTable {
  readonly [field: string]: string | boolean | readonly string[] | StructTable | readonly StructTable[] | undefined;
}

/**
 * Formats TOML with exactly the bytes that pack's encoder writes for a Go struct: plain values
 * before tables, two spaces per level. A layer that contains the result then has the same diff ID
 * as the layer that pack creates, so that registries store only one of them.
 *
 * @example
 * `structToml({ "run-image": { image: "example.com/run" } }) // '[run-image]\n  image = "example.com/run"\n'`
 */
export const structToml = (table: StructTable): string => body(table, []).replace(/^\n/, "");

function body(table: StructTable, key: readonly string[]): string {
  const margin = "  ".repeat(key.length);
  const fields = Object.entries(table).filter(([, value]) => value !== undefined);
  const direct = fields.filter(([, value]) => !isNested(value));
  const nested = fields.filter(([, value]) => isNested(value));
  const lines = direct.map(([name, value]) => `${margin}${name} = ${inline(value)}\n`);
  return [...lines, ...nested.map(([name, value]) => below(value, [...key, name]))].join("");
}

function below(value: StructTable[string], key: readonly string[]): string {
  const [name, margin] = [key.join("."), "  ".repeat(key.length - 1)];
  if (Array.isArray(value)) return value.map((item) => `\n${margin}[[${name}]]\n${body(item, key)}`).join("");
  return `${key.length === 1 ? "\n" : ""}${margin}[${name}]\n${body(value as StructTable, key)}`;
}

const isNested = (value: StructTable[string]): boolean =>
  typeof value === "object" && (!Array.isArray(value) || (value.length > 0 && typeof value[0] === "object"));

function inline(value: StructTable[string]): string {
  if (typeof value === "string") return goTomlString(value);
  return Array.isArray(value) ? `[${value.map(inline).join(", ")}]` : String(value);
}
