import * as v from "valibot";
import type { Decoded, Schema } from "./standard-schema.ts";

/** Any table: keys to unvalidated values. */
export type Table = Readonly<Record<string, unknown>>;

type Inner = v.GenericSchema<unknown, unknown>;
type Fields = Readonly<Record<string, Schema<unknown>>>;
type OptionalKey<F extends Fields> = { [K in keyof F]: undefined extends Decoded<F[K]> ? K : never }[keyof F];

/** The decoded type of a table with these fields: fields that admit `undefined` are optional. */
export type TableOf<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalKey<F>>]: Decoded<F[K]>;
} & { readonly [K in OptionalKey<F>]?: Decoded<F[K]> } extends infer Merged
  ? { [K in keyof Merged]: Merged[K] }
  : never;

/**
 * A string.
 *
 * @example `table({ version: string })`
 */
export const string: Schema<string> = v.string(expected("a string"));

/**
 * A boolean.
 *
 * @example `table({ launch: optional(boolean) })`
 */
export const boolean: Schema<boolean> = v.boolean(expected("a boolean"));

/**
 * An integer. The lifecycle converts layer metadata through JSON, so that 1 may come back as 1.0:
 * both are accepted.
 *
 * @example `table({ port: integer })`
 */
export const integer: Schema<number> = v.pipe(v.number(expected("an integer")), v.safeInteger(expected("an integer")));

/**
 * A number.
 *
 * @example `table({ ratio: number })`
 */
export const number: Schema<number> = v.number(expected("a number"));

/**
 * A table with any content.
 *
 * @example `table({ metadata: optional(anyTable) })`
 */
export const anyTable: Schema<Table> = v.custom<Table>(isTable, expected("a table"));

/**
 * A list whose items have one schema.
 *
 * @example `table({ keywords: list(string) })`
 */
export function list<Item>(item: Schema<Item>): Schema<readonly Item[]> {
  return v.array(inner(item), expected("a list")) as unknown as Schema<readonly Item[]>;
}

/**
 * One of the given strings.
 *
 * @example `table({ arch: oneOf("amd64", "arm64") })`
 */
export function oneOf<const Choice extends string>(...choices: readonly Choice[]): Schema<Choice> {
  const names = choices.map((choice) => JSON.stringify(choice));
  return v.picklist(
    choices,
    expected(names.length === 1 ? `${names[0]}` : `one of ${names.join(", ")}`),
  ) as Schema<Choice>;
}

/**
 * A string that matches a pattern; `what` describes it in the issue.
 *
 * @example `text(/^\d+\.\d+$/, "a version such as 1.2")`
 */
export function text(pattern: RegExp, what: string): Schema<string> {
  return v.pipe(v.string(expected(what)), v.regex(pattern, expected(what)));
}

/**
 * A value that can be omitted from its table.
 *
 * @example `table({ version: optional(string) })`
 */
export function optional<Value>(value: Schema<Value>): Schema<Value | undefined> {
  return v.optional(inner(value)) as unknown as Schema<Value | undefined>;
}

/**
 * A table with named fields. Unknown keys are ignored, as in the lifecycle. Fields can be of any
 * Standard Schema.
 *
 * @example `cachedLayer("runtime", { launch: true, metadata: table({ version: string, arch: string }) })`
 */
export function table<const F extends Fields>(fields: F): Schema<TableOf<F>> {
  const entries = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, inner(field)]));
  // valibot takes a list for an object whose fields are all missing
  return v.pipe(inner(anyTable), v.object(entries, expected("a table"))) as unknown as Schema<TableOf<F>>;
}

// A schema of another library takes part by its Standard Schema face; paths of its issues are put below ours.
function inner(schema: Schema<unknown>): Inner {
  if ("~run" in schema) return schema as unknown as Inner;
  return v.pipe(
    v.unknown(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const result = schema["~standard"].validate(dataset.value);
      if (result instanceof Promise) throw new TypeError("a schema in table() validates asynchronously");
      if (result.issues === undefined) return result.value;
      for (const { message, path = [] } of result.issues) {
        const items = path.map((part) => pathItem(typeof part === "object" ? part.key : part));
        addIssue(items.length > 0 ? { message, path: items as [v.IssuePathItem, ...v.IssuePathItem[]] } : { message });
      }
      return NEVER;
    }),
  );
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
