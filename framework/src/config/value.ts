import { type Decoding, decode, type Schema } from "../spec/schemas/standard-schema.ts";

const words: Readonly<Record<string, boolean>> = {
  __proto__: null as never, // "constructor" is not a word
  "1": true,
  true: true,
  yes: true,
  on: true,
  "0": false,
  false: false,
  no: false,
  off: false,
};

/**
 * Decodes the text of a variable. The result is the first of these values that the schema accepts:
 * the string itself, or the number, boolean or list that the string may represent. The items of a
 * list are separated by commas or newlines, or the list is JSON. If the schema accepts none of
 * these values, the result contains the issues of the value that is closest to the schema.
 */
export function decodeText<Value>(schema: Schema<Value>, text: string): Decoding<Value> {
  let best: Decoding<Value> | undefined;
  for (const reading of readings(text)) {
    const decoding = decode(schema, reading);
    if (decoding.issues === undefined) return { value: decoding.value };
    best = closer(best, decoding);
  }
  return best as Decoding<Value>;
}

/** Returns the values that a text may represent, the text itself first. */
export function readings(text: string): readonly unknown[] {
  const trimmed = text.trim();
  return [text, ...scalars(trimmed), ...json(trimmed), ...lists(trimmed)];
}

function scalars(text: string): readonly unknown[] {
  const word = words[text.toLowerCase()];
  const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? [Number(text)] : [];
  return [...number, ...(word === undefined ? [] : [word])];
}

function lists(text: string): readonly unknown[] {
  const items = text.split(/[,\n]/).flatMap((item) => (item.trim() === "" ? [] : [item.trim()]));
  const numbers = items.map((item) => scalars(item).find((scalar) => typeof scalar === "number") ?? item);
  const booleans = items.map((item) => scalars(item).find((scalar) => typeof scalar === "boolean") ?? item);
  return [items, numbers, booleans];
}

function json(text: string): readonly unknown[] {
  if (!/^[[{]/.test(text)) return [];
  try {
    return [JSON.parse(text)];
  } catch {
    return []; // a text that only begins like JSON
  }
}

// An error inside an item is more specific than an error about another type.
function closer<Value>(best: Decoding<Value> | undefined, next: Decoding<Value>): Decoding<Value> {
  if (best?.issues === undefined) return next;
  const isInside = (decoding: Decoding<Value>) => decoding.issues?.every(({ path }) => path !== "") ?? false;
  const fewer = (next.issues?.length ?? 0) < best.issues.length;
  return isInside(next) && (!isInside(best) || fewer) ? next : best;
}
