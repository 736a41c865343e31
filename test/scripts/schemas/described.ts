import type { KnownKeys } from "../../../builder-packager/src/config/unknown-keys.ts";
import { defined } from "../../../builder-packager/src/defined.ts";
import type { FileTable } from "../reference/file-keys.ts";
import { misspellings } from "./misspellings.ts";
import { both, type JsonSchema } from "./value-schema.ts";

/** The handling of keys that a file's decoder does not know: in all tables, or in the table at a path. */
export type UnknownKeys = "refused" | "misspelt refused" | "accepted";

/** Everything about a file that the schemas of its values lack. */
export interface Additions {
  readonly tables: readonly FileTable[];
  readonly known: KnownKeys;
  readonly unknownKeys: (path: string) => UnknownKeys;
  /** A page that describes the file. */
  readonly link?: string | undefined;
  /** Schemas for the checks that the decoder makes in code, by path. `order[].group` is a list, `order[].group[]` its items. */
  readonly rules: Readonly<Record<string, JsonSchema>>;
}

/** Adds descriptions, rules and the handling of unknown keys to the schema of a file's values. */
export function described(schema: JsonSchema, additions: Additions, path = ""): JsonSchema {
  const complete = withRules(schema, additions.rules[path]);
  const { items } = complete;
  return {
    ...complete,
    ...defined({ items: items && described(items, additions, `${path}[]`) }),
    ...keySchemas(complete, additions, path),
  };
}

const withRules = (schema: JsonSchema, rule: JsonSchema = {}): JsonSchema =>
  "minimum" in schema && "minimum" in rule ? { ...schema, ...rule } : both(schema, rule);

function keySchemas(
  { properties, additionalProperties = true }: JsonSchema,
  additions: Additions,
  path: string,
): JsonSchema {
  if (properties === undefined) return {};
  const known = keysAt(additions.known, path);
  const unknownKeys = additions.unknownKeys(plainPath(path));
  // a decoder that refuses other keys accepts these, and ignores them
  const ignored = unknownKeys === "refused" ? Object.keys(known).filter((key) => !Object.hasOwn(properties, key)) : [];
  const all = { ...properties, ...Object.fromEntries(ignored.map((key) => [key, ignoredSchema(known[key])])) };
  return {
    properties: Object.fromEntries(
      Object.entries(all).map(([key, schema]) => {
        const at = path === "" ? key : `${path}.${key}`;
        return [key, withText(described(schema, additions, at), at, additions)];
      }),
    ),
    // some language servers refuse other keys unless a schema permits them
    additionalProperties,
    ...handling(unknownKeys, Object.keys(known), Object.keys(all)),
  };
}

/** The schema of a key that the decoder ignores: of its tables, the decoder checks only the names of keys. */
function ignoredSchema(below: true | KnownKeys | undefined): JsonSchema {
  if (below === true || below === undefined) return {};
  const properties = Object.fromEntries(Object.entries(below).map(([key, value]) => [key, ignoredSchema(value)]));
  return { properties, items: { properties } };
}

/** Keywords of a table for keys that its decoder does not know. */
function handling(unknownKeys: UnknownKeys, known: readonly string[], listed: readonly string[]): JsonSchema {
  if (unknownKeys === "accepted") return {};
  if (unknownKeys === "refused") return { additionalProperties: false };
  // keys that the decoder knows only in the other kind of descriptor
  const others = known.filter((key) => !listed.includes(key)).map((key) => `|^${key}$`);
  const accepted = `^(?!(?:${misspellings(known)})$)${others.join("")}`;
  return { patternProperties: { [accepted]: {} }, additionalProperties: false };
}

function withText(schema: JsonSchema, path: string, { tables, link }: Additions): JsonSchema {
  const description = descriptionOf(plainPath(path), tables);
  if (description === undefined) throw new Error(`docs/reference has no text for ${path}`);
  return link === undefined
    ? { description, ...schema }
    : { description, "x-taplo": { links: { key: link } }, ...schema };
}

/** The text of docs/reference for a key, or for the table of this name. */
function descriptionOf(path: string, tables: readonly FileTable[]): string | undefined {
  const [, parent = "", key = ""] = /^(?:(.*)\.)?([^.]+)$/.exec(path) ?? [];
  const own = tables.find(({ at, keys }) => at.includes(parent) && Object.hasOwn(keys, key))?.keys[key];
  if (own) return withoutLinks(own[1]);
  const table =
    tables.find(({ at }) => at.includes(path)) ??
    tables.find(({ at }) => at.some((each) => each.startsWith(`${path}.`)));
  return table?.text && withoutLinks(table.text);
}

/** Links are relative to the page in docs/reference. */
const withoutLinks = (markdown: string): string => markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");

const plainPath = (path: string): string => path.replaceAll("[]", "");

function keysAt(known: KnownKeys, path: string): KnownKeys {
  const below = plainPath(path)
    .split(".")
    .filter(Boolean)
    .reduce<true | KnownKeys | undefined>((keys, key) => (keys === true ? true : keys?.[key]), known);
  return below === true || below === undefined ? {} : below;
}
