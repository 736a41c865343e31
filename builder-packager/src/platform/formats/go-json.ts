import { byBytes } from "./byte-order.ts";

/** Object fields keep their order and vanish when `undefined`, as Go's structs with omitempty do; a `Map` is sorted, as Go's maps are. */
export type GoValue =
  | null | boolean | string | number | bigint | Date
  | readonly GoValue[]
  | ReadonlyMap<string, GoValue>
  | { readonly [field: string]: GoValue | undefined }; // biome-ignore format: one line per shape

/**
 * JSON with the bytes of Go's encoding/json, so that labels are equal to the lifecycle's.
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

/** encoding/json escapes HTML and the line separators; control characters but \b \f \n \r \t as \u00XX. */
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

/** time.Time of BurntSushi/toml as encoding/json writes it: local dates and times are completed and read as UTC. */
function goTime(date: Date): string {
  const text = date.toISOString();
  const [, day = "0000-01-01", time = "00:00:00", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)?T?(\d\d:\d\d:\d\d(?:\.\d+)?)?(.*)$/.exec(text) ?? [];
  return `${day}T${time.replace(/\.?0+$/, (zeros) => (time.includes(".") ? "" : zeros))}${zone || "Z"}`;
}

/** Decoded TOML or JSON as Go's `map[string]any` would be written: every table sorted. */
export function sortedTables(value: unknown): GoValue {
  if (value === null || value === undefined) return null;
  if (typeof value !== "object") return value as GoValue;
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(sortedTables);
  return new Map(Object.entries(value).map(([key, entry]) => [key, sortedTables(entry)]));
}
