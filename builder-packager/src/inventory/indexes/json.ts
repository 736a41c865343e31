import type { Variables } from "../template.ts";
import { bounded, type IndexItem, invalidIndex, jsonOf, tableOf } from "./index-item.ts";

/** The shape of a JSON index. */
export interface JsonShape {
  /** The path to the list: `releases[].files[]`. An empty path is the document itself. */
  readonly items: string;
  /** The key of the version in an item. */
  readonly version: string;
  /** The values that an item must have. */
  readonly where: Readonly<Record<string, unknown>>;
}

/**
 * Parses a JSON index of any shape. An item of the result has the strings, numbers and booleans of
 * its own table and of the tables that contain it. The values of a nested table have keys with
 * dots, such as `{archive.url}`.
 */
export function jsonItems(text: string, url: string, { items, version, where }: JsonShape): readonly IndexItem[] {
  const steps = items.split(/\.|(?=\[\])/).filter((step) => step !== "");
  const root = { value: jsonOf(text, url), inherited: {} };
  const found = steps.reduce<readonly Node[]>(
    (nodes, step) =>
      bounded(
        nodes.flatMap((node) => below(node, step)),
        url,
      ),
    [root],
  );
  const listed = found.flatMap((node) => (Array.isArray(node.value) ? below(node, "[]") : [node]));
  if (listed.length === 0) throw invalidIndex(url, items === "" ? "it is empty" : `it has nothing at ${items}`);
  return bounded(listed, url).flatMap(({ value, inherited }): IndexItem[] => {
    const own = typeof value === "string" ? { [version]: value } : fieldsOf(value);
    const fields = { ...inherited, ...own };
    const isWanted = Object.entries(where).every(([key, wanted]) => fields[key] === String(wanted));
    return isWanted ? [{ tag: fields[version], fields }] : [];
  });
}

interface Node {
  readonly value: unknown;
  readonly inherited: Variables;
}

function below({ value, inherited }: Node, step: string): readonly Node[] {
  if (step === "[]") {
    const list = Array.isArray(value) ? value : Object.values(tableOf(value));
    return list.map((each) => ({ value: each, inherited }));
  }
  const child = Object.hasOwn(tableOf(value), step) ? tableOf(value)[step] : undefined;
  return child === undefined ? [] : [{ value: child, inherited: { ...inherited, ...fieldsOf(value, 0) } }];
}

/** The texts, numbers and booleans of a table; those of inner tables by keys with dots. */
function fieldsOf(value: unknown, depth = 3, prefix = ""): Variables {
  const entries = Object.entries(tableOf(value)).flatMap(([key, each]): (readonly [string, string])[] => {
    if (["string", "number", "boolean"].includes(typeof each)) return [[`${prefix}${key}`, String(each)]];
    return depth > 0
      ? Object.entries(fieldsOf(each, depth - 1, `${prefix}${key}.`)).map(([name, text]) => [name, text ?? ""])
      : [];
  });
  return Object.fromEntries(entries);
}
