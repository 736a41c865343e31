import { withoutSecret } from "../config/secret.ts";
import { readings } from "../config/value.ts";
import { defined } from "../defined.ts";
import { LibcnbError } from "../errors.ts";
import { type Decoding, decode, issueLines, type Schema } from "../spec/schemas/standard-schema.ts";
import type { Binding } from "./binding.ts";
import type { BindingSource } from "./source.ts";

/**
 * Converts a parsed source to a binding.
 *
 * @throws LibcnbError BINDING_INVALID if it has no type
 */
export function bindingOf(source: BindingSource): Binding {
  const { name, path, entries } = source;
  const label = (key: string) => (entries.has(key) ? textOf(source, key).trim() : "");
  const [type, provider] = [label("type"), label("provider")];
  if (type === "")
    throw entries.has("type")
      ? invalid(source, `has an empty entry "type"`, "Write the type of the binding into this entry.")
      : invalid(source, "has no type", `Add an entry "type" to the binding.`);
  return {
    name,
    type,
    ...defined({ provider: provider || undefined, path }),
    keys: [...entries.keys()].filter((key) => key !== "type" && key !== "provider").sort(),
    has: (key) => entries.has(key),
    text: (key) => withoutLineEnd(textOf(source, key)),
    bytes: (key) => entryOf(source, key).slice(),
    decode: (schema) => decodeEntries(source, schema),
  };
}

function decodeEntries<Value>(source: BindingSource, schema: Schema<Value>): Value {
  const values: Record<string, unknown> = Object.create(null);
  for (const [key, bytes] of source.entries) values[key] = entryValue(bytes);
  const decoding = decodeReadings(schema, values);
  if (decoding.issues === undefined) return decoding.value;
  const lines = issueLines(decoding.issues.map((issue) => ({ ...withoutSecret(issue), path: issue.path })));
  throw invalid(source, `is not valid: ${lines.join("; ")}`, "Correct these entries of the binding.");
}

/** Decodes the texts; those that the schema refuses are replaced by the first reading that it accepts. */
function decodeReadings<Value>(schema: Schema<Value>, texts: Readonly<Record<string, unknown>>): Decoding<Value> {
  const values = { ...texts };
  let decoding = decode(schema, values);
  for (const [key, text] of Object.entries(texts)) {
    if (decoding.issues === undefined || typeof text !== "string" || !concerns(decoding, key)) continue;
    const better = readings(text).find((reading) => !concerns(decode(schema, { ...values, [key]: reading }), key));
    values[key] = better ?? text;
    decoding = decode(schema, values);
  }
  return decoding;
}

function concerns({ issues = [] }: Decoding<unknown>, key: string): boolean {
  const at = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return issues.some(({ path }) => path === at || path.startsWith(`${at}.`) || path.startsWith(`${at}[`));
}

const entryValue = (bytes: Uint8Array): unknown => {
  const text = utf8(bytes);
  return text === undefined ? bytes : withoutLineEnd(text);
};

function entryOf(source: BindingSource, key: string): Uint8Array {
  const bytes = source.entries.get(key);
  if (bytes !== undefined) return bytes;
  throw invalid(source, `has no entry ${JSON.stringify(key)}`, "Add this entry to the binding.");
}

function textOf(source: BindingSource, key: string): string {
  const text = utf8(entryOf(source, key));
  if (text !== undefined) return text;
  throw invalid(source, `has an entry ${JSON.stringify(key)} that is not UTF-8`, "Correct this entry of the binding.");
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, "");

function invalid({ name, origin }: BindingSource, what: string, hint: string): LibcnbError<"BINDING_INVALID"> {
  return new LibcnbError("BINDING_INVALID", `the binding ${JSON.stringify(name)} (${origin}) ${what}`, { hint });
}
