import { limits } from "../../limits.ts";
import type { Variables } from "../template.ts";
import { bounded, type IndexItem, invalidIndex, jsonOf, tableOf } from "./index-item.ts";

/** The shape of a JSON index. */
export interface JsonShape {
  /** The path to the list: `releases[].files[]`. An empty path is the document itself. */
  readonly items: string;
  /** The key of the version in an item. */
  readonly version: string;
  /** The values that an item must have. A list must contain the value. */
  readonly where: Readonly<Record<string, unknown>>;
}

/**
 * Parses a JSON index of any shape. An item of the result contains the strings, numbers and
 * booleans of its own table and of the tables that contain that table. The values of a nested table
 * have keys with dots, such as `{archive.url}`.
 */
export function jsonItems(text: string, url: string, { items, version, where }: JsonShape): readonly IndexItem[] {
  const steps = items.split(/\.|(?=\[\])/).filter((step) => step !== "");
  const root = { value: jsonOf(text, url), inherited: {} };
  const merged = mergeWithin(url);
  const found = steps.reduce<readonly Node[]>(
    (nodes, step) =>
      bounded(
        nodes.flatMap((node) => below(node, step, merged)),
        url,
      ),
    [root],
  );
  const listed = found.flatMap((node) => (Array.isArray(node.value) ? below(node, "[]", merged) : [node]));
  if (listed.length === 0) throw invalidIndex(url, items === "" ? "it is empty" : `it has nothing at ${items}`);
  return bounded(listed, url).flatMap(({ value, inherited }): IndexItem[] => {
    const own = typeof value === "string" ? { [version]: value } : fieldsOf(value);
    const fields = merged(inherited, own);
    const isWanted = Object.entries(where).every(
      ([key, wanted]) => fields[key] === String(wanted) || listAt(value, key).includes(String(wanted)),
    );
    return isWanted ? [{ tag: fields[version], fields }] : [];
  });
}

/** The texts, numbers and booleans of a list in an item. */
function listAt(item: unknown, key: string): readonly string[] {
  const table = tableOf(item);
  const list = Object.hasOwn(table, key) ? table[key] : undefined;
  return Array.isArray(list) ? list.filter(isScalar).map(String) : [];
}

interface Node {
  readonly value: unknown;
  readonly inherited: Variables;
}

/** Merges the fields of a table with those of the tables that contain it. */
type Merge = (inherited: Variables, own: Variables) => Variables;

/**
 * Bounds the memory: each item has a copy of the fields of the tables that contain it. Without a
 * limit, an index of 90 KB took 1 GiB.
 */
function mergeWithin(url: string): Merge {
  const { most } = limits.inventoryFields;
  const sizes = new WeakMap<Variables, number>();
  let count = 0;
  const sizeOf = (fields: Variables): number => {
    const size = sizes.get(fields) ?? Object.keys(fields).length;
    sizes.set(fields, size);
    return size;
  };
  return (inherited, own) => {
    count += sizeOf(inherited) + sizeOf(own);
    if (count > most) throw invalidIndex(url, `its items have more than ${most} fields`);
    return { ...inherited, ...own };
  };
}

function below({ value, inherited }: Node, step: string, merged: Merge): readonly Node[] {
  if (step === "[]") {
    const list = Array.isArray(value) ? value : Object.values(tableOf(value));
    return list.map((each) => ({ value: each, inherited }));
  }
  const child = Object.hasOwn(tableOf(value), step) ? tableOf(value)[step] : undefined;
  return child === undefined ? [] : [{ value: child, inherited: merged(inherited, fieldsOf(value, 0)) }];
}

/** No template refers to a longer name; each field of a nested table has the names of all tables around it. */
const longestName = 200;

/** The texts, numbers and booleans of a table; those of inner tables by keys with dots. */
function fieldsOf(value: unknown, depth = 3, prefix = ""): Variables {
  const entries = Object.entries(tableOf(value)).flatMap(([key, each]): (readonly [string, string])[] => {
    if (prefix.length + key.length > longestName) return [];
    if (isScalar(each)) return [[`${prefix}${key}`, String(each)]];
    return depth > 0
      ? Object.entries(fieldsOf(each, depth - 1, `${prefix}${key}.`)).map(([name, text]) => [name, text ?? ""])
      : [];
  });
  return Object.fromEntries(entries);
}

const isScalar = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);
