import { byBytes } from "./byte-order.ts";

/**
 * A value for {@link goJson}. Fields of an object keep their order, and a field with the value
 * `undefined` is omitted, as with `omitempty` in Go. The keys of a `Map` are sorted, as those of Go
 * maps are.
 */
export type GoValue =
  | null | boolean | string | number | bigint | Date
  | readonly GoValue[]
  | ReadonlyMap<string, GoValue>
  | { readonly [field: string]: GoValue | undefined }; // biome-ignore format: one line per shape

/**
 * Writes JSON byte for byte as Go's encoding/json does, so that labels are equal to the
 * lifecycle's.
 *
 * @example `goJson({ b: "<a>", a: undefined })` is `{"b":"\u003ca\u003e"}`
 */
export function goJson(value: GoValue): string {
  if (value === null || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "number") return goNumber(value);
  if (typeof value === "string") return goString(value);
  if (value instanceof Date) return goString(goTime(value));
  if (Array.isArray(value)) return `[${value.map(goJson).join(",")}]`;
  return goObject(value instanceof Map ? sortedEntries(value) : Object.entries(value));
}

function goObject(entries: readonly (readonly [string, GoValue | undefined])[]): string {
  const members = entries.flatMap(([key, value]) => (value === undefined ? [] : [`${goString(key)}:${goJson(value)}`]));
  return `{${members.join(",")}}`;
}

const sortedEntries = (map: ReadonlyMap<string, GoValue>) => [...map].sort(([one], [other]) => byBytes(one, other));

/**
 * Writes a JSON string as Go's encoding/json does. Escapes `<`, `>`, `&` and the line separators,
 * and control characters except `\b \f \n \r \t` as `\u00XX`.
 */
export function goString(text: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029\u007f]/g, (c) =>
    c === "\u007f" ? c : escaped(c),
  );
}

function goNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`json: unsupported value: ${value}`);
  return Object.is(value, -0) ? "-0" : String(value);
}

/**
 * Writes a time from BurntSushi/toml as encoding/json does: local dates and times are completed and
 * read as UTC.
 */
function goTime(date: Date): string {
  const text = date.toISOString();
  const [, day = "0000-01-01", time = "00:00:00", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)?T?(\d\d:\d\d:\d\d(?:\.\d+)?)?(.*)$/.exec(text) ?? [];
  return `${day}T${time.replace(/\.?0+$/, (zeros) => (time.includes(".") ? "" : zeros))}${zone || "Z"}`;
}

/**
 * Converts decoded TOML or JSON so that {@link goJson} sorts every table, like Go's
 * `map[string]any`.
 */
export function sortedTables(value: unknown): GoValue {
  if (value === null || value === undefined) return null;
  if (typeof value !== "object") return value as GoValue;
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(sortedTables);
  return new Map(Object.entries(value).map(([key, entry]) => [key, sortedTables(entry)]));
}
