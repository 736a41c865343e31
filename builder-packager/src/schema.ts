import * as v from "valibot";

type AnySchema = v.GenericSchema<unknown, unknown>;
type Output = v.OutputDataset<unknown, v.BaseIssue<unknown>>;

/**
 * Makes a schema of tables refuse lists and dates, as Go's decoders do. valibot accepts every
 * object: `[[types]]` instead of `[types]` would decode to a table without any of the keys.
 */
function ofTables<Schema extends AnySchema>(schema: Schema, prepare = (table: unknown) => table): Schema {
  const run = schema["~run"];
  return Object.assign(schema, {
    "~run"(dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>): Output {
      if (isTable(dataset.value))
        return run.call(this, Object.assign(dataset, { value: prepare(dataset.value) }), config);
      v._addIssue(this as unknown as Schema, "type", dataset, config);
      return dataset as unknown as Output;
    },
  });
}

/** True if a decoded TOML or JSON value is a table. */
export const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** Creates a schema for a table with the given keys. Other keys are removed. */
export const object = <const Entries extends v.ObjectEntries>(entries: Entries) => ofTables(v.object(entries));

/** Creates a schema for a table with the given keys. Other keys are kept. */
export const looseObject = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  ofTables(v.looseObject(entries));

/** Creates a schema for a table with any keys, whose values all have the same schema. */
export const record = <Key extends v.BaseSchema<string, string, v.BaseIssue<unknown>>, Value extends AnySchema>(
  key: Key,
  value: Value,
) => ofTables(v.record(key, value));

/**
 * Creates a schema for a table with the given keys in upper or lower case, as the lifecycle decodes
 * its files: `[Types]` equals `[types]`. If two keys only differ in case, the one with the exact
 * spelling takes precedence.
 */
export function anyCaseObject<const Entries extends v.ObjectEntries>(entries: Entries) {
  const keys = Object.keys(entries).map((key) => [key, caseless(key)] as const);
  const withKeys = (table: unknown) => {
    const given = Object.entries(table as object).reverse();
    const renamed = keys.map(([key, pattern]) => [key, given.find(([name]) => pattern.test(name))] as const);
    return {
      ...Object.fromEntries(renamed.flatMap(([key, found]) => (found ? [[key, found[1]]] : []))),
      ...(table as object),
    };
  };
  return ofTables(v.object(entries), withKeys);
}

/**
 * A pattern for a key in any case, with Unicode's simple case folding, as in Go's
 * strings.EqualFold. Keys consist of letters and hyphens.
 */
const caseless = (key: string): RegExp => new RegExp(`^${key}$`, "iu");
