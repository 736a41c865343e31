import * as v from "valibot";

type Checked = v.GenericSchema<unknown, unknown>;

/**
 * Lets a schema of tables refuse lists and dates. For valibot, every object is a table: `[[types]]` in place of `[types]` would
 * decode to a table whose keys are all missing. Go, in which the lifecycle and its peers are written, refuses both.
 */
function ofTables<Schema extends Checked>(schema: Schema, prepare = (table: unknown) => table): Schema {
  const run = schema["~run"];
  return Object.assign(schema, {
    "~run"(...[dataset, config]: Parameters<typeof run>): ReturnType<typeof run> {
      if (isTable(dataset.value))
        return run.call(this, Object.assign(dataset, { value: prepare(dataset.value) }), config);
      v._addIssue(this as unknown as Schema, "type", dataset, config);
      return dataset as unknown as ReturnType<typeof run>;
    },
  });
}

/** True if a decoded value is a table. */
export const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** A table of these keys; others are left out. */
export const object = <const Entries extends v.ObjectEntries>(entries: Entries) => ofTables(v.object(entries));

/** A table with these keys, which keeps unknown ones. */
export const looseObject = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  ofTables(v.looseObject(entries));

/** A table whose values have one schema. */
export const record = <Key extends v.BaseSchema<string, string, v.BaseIssue<unknown>>, Value extends Checked>(
  key: Key,
  value: Value,
) => ofTables(v.record(key, value));

/**
 * A table of these keys in any case, as the lifecycle reads its files: `[Types]` is `[types]`. If two
 * differ only in case, the one spelled exactly takes precedence.
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

/** Unicode's simple case folding, as Go's strings.EqualFold. Keys are letters and hyphens. */
const caseless = (key: string): RegExp => new RegExp(`^${key}$`, "iu");
