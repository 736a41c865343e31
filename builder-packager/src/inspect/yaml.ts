/** A value that JSON can represent. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * Formats YAML that every YAML 1.1 or 1.2 parser reads identically. Texts are quoted unless they
 * are plain words.
 *
 * @example `stringifyYaml({ name: "x", ids: ["a"] }) // "name: x\nids:\n    - a\n"`
 */
export function stringifyYaml(value: { readonly [key: string]: Plain }): string {
  return `${mapping(value, "").join("\n")}\n`;
}

const step = "    ";

function mapping(value: { readonly [key: string]: Plain }, indent: string): string[] {
  return Object.entries(value).flatMap(([key, item]) => entry(`${indent}${scalar(key)}:`, item, indent + step));
}

/** Formats a value after `name:`, on the same line if it is a scalar or empty. */
function entry(name: string, value: Plain, indent: string): string[] {
  if (Array.isArray(value) && value.length > 0) return [name, ...value.flatMap((item) => listItem(item, indent))];
  if (isMapping(value) && Object.keys(value).length > 0) return [name, ...mapping(value, indent)];
  return [`${name} ${leaf(value)}`];
}

function listItem(item: Plain, indent: string): string[] {
  if (!isMapping(item) || Object.keys(item).length === 0)
    return Array.isArray(item) && item.length > 0
      ? entry(`${indent}-`, item, indent + step)
      : [`${indent}- ${leaf(item)}`];
  const [first = "", ...others] = mapping(item, `${indent}  `);
  return [`${indent}- ${first.trimStart()}`, ...others];
}

const isMapping = (value: Plain): value is { readonly [key: string]: Plain } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function leaf(value: Plain): string {
  if (typeof value === "string") return scalar(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[]" : "{}";
  return String(value);
}

// Words that some version of YAML takes for something else than text.
const words = /^(y|n|yes|no|on|off|true|false|null)$/i;

/**
 * Formats a string as JSON, and escapes characters that YAML treats as line ends or does not allow.
 */
const scalar = (text: string): string =>
  /^[A-Za-z](?:[\w./@+-]|:(?=[\w/])| (?=[\w./@+-]))*$/.test(text) && !words.test(text)
    ? text
    : JSON.stringify(text.toWellFormed()).replace(
        /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
