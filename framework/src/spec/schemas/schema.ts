import * as v from "valibot";
import type { Decoded, Schema, SchemaResult } from "./standard-schema.ts";

/** A table with any content: keys and unvalidated values. */
export type Table = Readonly<Record<string, unknown>>;

type Inner = v.GenericSchema<unknown, unknown>;
export type Fields = Readonly<Record<string, Schema<unknown>>>;
export type OptionalKey<F extends Fields> = { [K in keyof F]: undefined extends Decoded<F[K]> ? K : never }[keyof F];

/** The decoded type of a table with these fields. A field that allows `undefined` is optional. */
export type TableOf<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalKey<F>>]: Decoded<F[K]>;
} & { readonly [K in OptionalKey<F>]?: Decoded<F[K]> } extends infer Merged
  ? { [K in keyof Merged]: Merged[K] }
  : never;

/**
 * The schema of a string.
 *
 * @example `s.table({ version: s.string })`
 */
export const string: Schema<string> = v.string(expected("a string"));

/**
 * The schema of a boolean.
 *
 * @example `s.table({ launch: s.optional(s.boolean) })`
 */
export const boolean: Schema<boolean> = v.boolean(expected("a boolean"));

/**
 * The schema of an integer. Values such as 1.0 are accepted as well, because the lifecycle converts
 * layer metadata to JSON and back, which may change 1 to 1.0.
 *
 * @example `s.table({ port: s.integer })`
 */
export const integer: Schema<number> = v.pipe(v.number(expected("an integer")), v.safeInteger(expected("an integer")));

/**
 * The schema of a number.
 *
 * @example `s.table({ ratio: s.number })`
 */
export const number: Schema<number> = v.number(expected("a number"));

/**
 * The schema of a table with any content.
 *
 * @example `s.table({ metadata: s.optional(s.anyTable) })`
 */
export const anyTable: Schema<Table> = v.custom<Table>(isTable, expected("a table"));

/**
 * The schema of a list whose items all have the same schema.
 *
 * @example `s.table({ keywords: s.list(s.string) })`
 */
export function list<Item>(item: Schema<Item>): Schema<readonly Item[]> {
  return v.array(inner(item), expected("a list")) as unknown as Schema<readonly Item[]>;
}

/**
 * The schema of a string that is equal to one of the given strings.
 *
 * @example `s.table({ arch: s.oneOf("amd64", "arm64") })`
 */
export function oneOf<const Choice extends string>(...choices: readonly Choice[]): Schema<Choice> {
  const names = choices.map((choice) => JSON.stringify(choice));
  return v.picklist(
    choices,
    expected(names.length === 1 ? `${names[0]}` : `one of ${names.join(", ")}`),
  ) as Schema<Choice>;
}

/**
 * The schema of a string that matches a pattern. `what` describes the pattern in issues.
 *
 * @example `s.matching(/^\d+\.\d+$/, "a version such as 1.2")`
 */
export function matching(pattern: RegExp, what: string): Schema<string> {
  return v.pipe(v.string(expected(what)), v.regex(pattern, expected(what)));
}

/**
 * The schema of a value that can be omitted from its table.
 *
 * @example `s.table({ version: s.optional(s.string) })`
 */
export function optional<Value>(value: Schema<Value>): Schema<Value | undefined> {
  return v.optional(inner(value)) as unknown as Schema<Value | undefined>;
}

/**
 * The schema of a table with named fields. Unknown keys are ignored, as in the lifecycle. The
 * schema of a field can be any Standard Schema.
 *
 * @example `cachedLayer("runtime", { launch: true, metadata: s.table({ version: s.string, arch: s.string }) })`
 */
export function table<const F extends Fields>(fields: F): Schema<TableOf<F>> {
  const entries = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, inner(field)]));
  // valibot takes a list for an object whose fields are all missing
  return v.pipe(inner(anyTable), v.object(entries, expected("a table"))) as unknown as Schema<TableOf<F>>;
}

/**
 * A schema whose check is a function. The schemas in `forms` accept at least the values that the
 * function accepts.
 */
export interface CheckedSchema<Output> extends Schema<Output> {
  readonly forms: readonly Schema<unknown>[];
}

/**
 * The schema of values that a function checks. The JSON Schemas for editors are generated from
 * `forms`, because they cannot be derived from the function.
 *
 * @param forms the possible forms of a value; the function may refuse some of their values
 */
export const checked = <Output>(
  validate: (value: unknown) => SchemaResult<Output>,
  forms: readonly Schema<unknown>[],
): CheckedSchema<Output> => ({ "~standard": { version: 1, vendor: "libcnb", validate }, forms });

// A schema of another library takes part by its Standard Schema face; paths of its issues are put below ours.
function inner(schema: Schema<unknown>): Inner {
  if ("~run" in schema) return schema as unknown as Inner;
  const adapted = v.pipe(
    v.unknown(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const result = schema["~standard"].validate(dataset.value);
      if (result instanceof Promise)
        throw new TypeError("a schema in table() validates asynchronously, which is not supported");
      if (result.issues === undefined) return result.value;
      for (const { message, path = [] } of result.issues) {
        const items = path.map((part) => pathItem(typeof part === "object" ? part.key : part));
        addIssue(items.length > 0 ? { message, path: items as [v.IssuePathItem, ...v.IssuePathItem[]] } : { message });
      }
      return NEVER;
    }),
  );
  return Object.assign(adapted, { adapts: schema });
}

function pathItem(key: PropertyKey): v.IssuePathItem {
  return { type: "unknown", origin: "value", input: undefined, key, value: undefined };
}

function isTable(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function expected(what: string): (issue: v.BaseIssue<unknown>) => string {
  // valibot reports a key that a table lacks by the table's own message, expecting the quoted key
  return ({ input, expected: wanted, kind, type }) =>
    kind === "schema" && type === "object" && wanted?.startsWith('"')
      ? "is missing"
      : `expected ${what}, got ${shown(input)}`;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a date";
  if (typeof value === "object" && value !== null) return "a table";
  return clip(typeof value === "string" ? JSON.stringify(value) : String(value));
}

const clip = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
