import { LibcnbError } from "../errors.ts";
import { anyTable, list, optional, string, type Table, table } from "../spec/schemas/schema.ts";
import { decode } from "../spec/schemas/standard-schema.ts";
import type { BindingSource } from "./source.ts";

const instance = table({ name: string, label: optional(string), credentials: optional(anyTable) });

/**
 * Converts the text of VCAP_SERVICES to bindings. The text lists service instances by offering. The
 * type of a binding is the instance's label, and the provider is its offering. If the credentials
 * contain `type` and `provider`, as the credentials of user-provided services do, these take
 * precedence. Credentials that are not strings become JSON.
 *
 * @throws LibcnbError BINDING_INVALID
 */
export function vcapBindings(text: string, origin: string): readonly BindingSource[] {
  return Object.entries(parse(text, origin)).flatMap(([offering, instances]) => {
    const decoding = decode(list(instance), instances);
    // the reason is not reported, because the values may be secrets
    if (decoding.issues !== undefined) throw invalid(origin, `the value of ${JSON.stringify(offering)} ${otherForm}`);
    return decoding.value.map(({ name, label = offering, credentials = {} }) => ({
      name,
      origin,
      entries: entriesOf({ type: label, provider: offering, ...credentials }, origin),
    }));
  });
}

function parse(text: string, origin: string): Table {
  const decoding = decode(anyTable, jsonOf(text, origin));
  if (decoding.issues === undefined) return decoding.value;
  throw invalid(origin, `its JSON ${otherForm}`);
}

function jsonOf(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(origin, "it is not JSON"); // the parser's message quotes the text
  }
}

function entriesOf(credentials: Table, origin: string): ReadonlyMap<string, Uint8Array> {
  const encoder = new TextEncoder();
  return new Map(Object.entries(credentials).map(([key, value]) => [key, encoder.encode(asText(value, origin))]));
}

function asText(value: unknown, origin: string): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value);
  } catch {
    throw invalid(origin, "its JSON has too many levels"); // nested so deep that writing it takes too much stack
  }
}

const otherForm = "does not have the form that Cloud Foundry defines";

function invalid(origin: string, problem: string): LibcnbError<"BINDING_INVALID"> {
  return new LibcnbError("BINDING_INVALID", `${origin} is not valid: ${problem}`, {
    hint: `Set ${origin} to ${content(origin)} of the form {"<offering>": [{"name": "…", "label": "…", "credentials": {…}}]}.`,
  });
}

const content = (origin: string): string => (origin.endsWith("_PATH") ? "a file with JSON" : "JSON");
