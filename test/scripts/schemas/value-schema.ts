import type { CheckedSchema } from "../../../framework/src/spec/schemas/schema.ts";

/** A JSON Schema, draft 7. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** A schema of valibot, as far as the decoders of descriptors use it. */
interface Node {
  readonly type: string;
  readonly [property: string]: unknown;
}

/** Converts the schema of a decoder. Throws for a schema or a check that it does not know. */
export function valueSchema(schema: unknown): JsonSchema {
  if (isChecked(schema)) return anyOf(schema.forms.map(valueSchema));
  const node = schema as Node;
  if (isChecked(node["adapts"])) return valueSchema(node["adapts"]);
  // a pipe has the type of its first schema
  if (Array.isArray(node["pipe"])) return node["pipe"].map((step) => stepSchema(step)).reduce(both);
  return stepSchema(node);
}

/** The schema of the values that both schemas accept. */
export function both(one: JsonSchema, other: JsonSchema): JsonSchema {
  const repeated = Object.keys(other).filter((keyword) => Object.hasOwn(one, keyword) && keyword !== "type");
  if (repeated.length === 0) return { ...one, ...other };
  return { ...one, allOf: [...((one["allOf"] as JsonSchema[] | undefined) ?? []), other] };
}

const isChecked = (schema: unknown): schema is CheckedSchema<unknown> =>
  typeof schema === "object" && schema !== null && "forms" in schema;

const stepSchema = (step: Node): JsonSchema => {
  const convert = Object.hasOwn(conversions, step.type) ? conversions[step.type] : undefined;
  if (convert === undefined) throw new Error(`a decoder uses ${step.type}, which has no conversion to JSON Schema`);
  return convert(step);
};

const largest = Number.MAX_SAFE_INTEGER;

/** The conversion of each schema and each check of valibot that a decoder uses. */
const conversions: Readonly<Record<string, (node: Node) => JsonSchema>> = {
  string: () => ({ type: "string" }),
  boolean: () => ({ type: "boolean" }),
  number: () => ({ type: "number" }),
  integer: () => ({ type: "integer" }),
  safe_integer: () => ({ type: "integer", minimum: -largest, maximum: largest }),
  // a table with any content: some language servers refuse other keys unless a schema permits them
  custom: () => ({ type: "object", additionalProperties: true }),
  array: ({ item }) => ({ type: "array", items: valueSchema(item) }),
  optional: ({ wrapped }) => valueSchema(wrapped),
  picklist: ({ options }) => ({ enum: options }),
  literal: ({ literal }) => ({ const: literal }),
  union: ({ options }) => anyOf((options as Node[]).map(valueSchema)),
  object: ({ entries }) => tableSchema(entries as Readonly<Record<string, Node>>),
  record: ({ key, value }) => ({
    type: "object",
    propertyNames: valueSchema(key),
    additionalProperties: valueSchema(value),
  }),
  regex: ({ requirement }) => ({ pattern: patternOf(requirement as RegExp) }),
  non_empty: () => ({ minLength: 1 }),
  min_value: ({ requirement }) => ({ minimum: requirement }),
  max_value: ({ requirement }) => ({ maximum: requirement }),
  // the value after the check
  transform: () => ({}),
};

function tableSchema(entries: Readonly<Record<string, Node>>): JsonSchema {
  const required = Object.keys(entries).filter((key) => entries[key]?.type !== "optional");
  const properties = Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, valueSchema(entry)]));
  return required.length > 0 ? { type: "object", properties, required } : { type: "object", properties };
}

const anyOf = (all: readonly JsonSchema[]): JsonSchema => (all.length === 1 && all[0] ? all[0] : { anyOf: all });

/** The pattern in the syntax that JavaScript and Rust share: editors check patterns with either. */
export const patternOf = ({ source }: RegExp): string => source.replaceAll("\\/", "/").replaceAll("\\0", "\\x00");
