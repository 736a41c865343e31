import { parse, TomlDate } from "smol-toml";
import * as v from "valibot";
import { limits } from "../../limits.ts";
import { isTable } from "../../schema.ts";
import { withExactTimes } from "../export/exact-times.ts";

/**
 * A decoded TOML value. Integers are `bigint` and floats are `number`, so that writing the value
 * again does not change its type.
 */
type TomlValue = string | number | bigint | boolean | TomlDate | readonly TomlValue[] | TomlTable;

export interface TomlTable {
  readonly [key: string]: TomlValue;
}

/**
 * Parses TOML. Nanoseconds of times and the difference between integers and floats are preserved.
 * Throws on a syntax error.
 */
export function parseToml(text: string): TomlTable {
  return withExactTimes(text, (marked) => parse(marked, { integersAsBigInt: true, useLegacyDate: true }) as TomlTable);
}

/**
 * Parses and decodes a TOML file. Keys that the schema does not know are ignored, as by the
 * lifecycle. Throws an error that names the file and every issue.
 */
export function decodeToml<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
  file: string,
): v.InferOutput<Schema> {
  return decodeTable(schema, parseTable(text, file), file);
}

/** Decodes a TOML table that {@link parseTable} returned. Otherwise like {@link decodeToml}. */
export function decodeTable<Schema extends v.GenericSchema>(
  schema: Schema,
  table: TomlTable,
  file: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, table);
  if (result.success) return result.output;
  throw new Error(`${file}: ${result.issues.map(describeIssue).join("; ")}`);
}

/**
 * Parses a TOML file. Throws an error that names the file, also for tables that are nested too
 * deeply and for integers of more than 64 bits.
 */
export function parseTable(text: string, file: string): TomlTable {
  try {
    const table = parseToml(text);
    checkValue(table, limits.tomlDepth.most);
    return table;
  } catch (cause) {
    throw new Error(`${file}: ${(cause as Error).message.split("\n")[0]}`, { cause });
  }
}

/**
 * Refuses tables that are nested too deeply for recursion, which dotted keys make possible, and
 * integers of more than 64 bits, which Go refuses.
 */
function checkValue(value: unknown, levels: number): void {
  if (typeof value === "bigint" && BigInt.asIntN(64, value) !== value)
    throw new Error(`the integer ${String(value).slice(0, 30)} does not fit into 64 bits`);
  if (typeof value !== "object" || value === null || value instanceof TomlDate) return;
  if (levels === 0) throw new Error(`the TOML tables are nested more than ${limits.tomlDepth.most} levels deep`);
  for (const item of Object.values(value)) checkValue(item, levels - 1);
}

/**
 * The schema of a table with any keys. A value of another type becomes undefined, as if the table
 * were empty. Go's TOML library does the same for maps. The lifecycle thus ignores such values in
 * the metadata of a build plan and in store.toml.
 */
export const anyTomlTable = v.pipe(
  v.unknown(),
  v.transform((value) => (isTable(value) ? (value as TomlTable) : undefined)),
);

function describeIssue(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? "document"}: expected ${issue.expected ?? "another value"}, got ${issue.received}`;
}

export { TomlDate };
