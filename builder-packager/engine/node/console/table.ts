import type { InspectOptions } from "../util/inspect.ts";
import { isMap, isSet, isTypedArray } from "../util/types.ts";
import { textWidth } from "../util/width.ts";

/*
 * `console.table`. It is a part of its own, because few programs print tables. It gets `inspect` from the console: an import
 * would divide the modules that every program loads.
 */

type Inspect = (value: unknown, options: InspectOptions) => string;

interface Column {
  readonly head: string;
  readonly cells: readonly (string | undefined)[];
}

/** Returns the table of an object: a row for each property or entry. */
export function tableOf(value: object, columns: readonly string[] | undefined, inspect: Inspect): string {
  const shown = (cell: unknown): string => inspect(cell, optionsFor(cell));
  if (isMap(value)) {
    const entries = [...(value as ReadonlyMap<unknown, unknown>)];
    return rendered([
      { head: "(iteration index)", cells: entries.map((_, index) => shown(index)) },
      { head: "Key", cells: entries.map(([key]) => shown(key)) },
      { head: "Values", cells: entries.map(([, each]) => shown(each)) },
    ]);
  }
  if (isSet(value)) {
    const values = [...(value as ReadonlySet<unknown>)];
    return rendered([
      { head: "(iteration index)", cells: values.map((_, index) => shown(index)) },
      { head: "Values", cells: values.map(shown) },
    ]);
  }
  return rendered(columnsOf(value, columns, shown));
}

/** A cell shows one level of an object, and nothing of one with many properties. */
function optionsFor(cell: unknown): InspectOptions {
  const isLarge = typeof cell === "object" && cell !== null && !isList(cell) && Object.keys(cell).length > 2;
  return { depth: isLarge ? -1 : 0, maxArrayLength: 3, breakLength: Number.POSITIVE_INFINITY };
}

const isList = (value: unknown): boolean => Array.isArray(value) || isTypedArray(value);

const isPrimitive = (value: unknown): boolean =>
  value === null || (typeof value !== "object" && typeof value !== "function");

function columnsOf(value: object, wanted: readonly string[] | undefined, shown: (cell: unknown) => string): Column[] {
  const names = Object.keys(value);
  const found = new Map<string, string[]>();
  const values: string[] = [];
  for (const [index, name] of names.entries()) {
    const row: unknown = Reflect.get(value, name);
    if (wanted === undefined && isPrimitive(row)) {
      values[index] = shown(row);
      continue;
    }
    for (const key of wanted ?? Object.keys(row as object)) {
      const cells = found.get(key) ?? [];
      found.set(key, cells);
      cells[index] =
        !isPrimitive(row) && Object.hasOwn(row as object, key) ? shown(Reflect.get(row as object, key)) : "";
    }
  }
  // An object has its numeric keys first.
  const order = Object.keys(Object.fromEntries(found));
  return [
    { head: "(index)", cells: names },
    ...order.map((head) => ({ head, cells: found.get(head) ?? [] })),
    ...(values.length > 0 ? [{ head: "Values", cells: values }] : []),
  ];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with control characters
const widthOf = (text: string): number => textWidth(text.replace(/\u001b\[\d\d?m/g, ""));

function rendered(columns: readonly Column[]): string {
  const height = Math.max(...columns.map(({ cells }) => cells.length));
  const rows = Array.from({ length: height }, (_, row) => columns.map(({ cells }) => cells[row] ?? ""));
  const heads = columns.map(({ head }) => head);
  const widths = columns.map((_, column) => Math.max(...[heads, ...rows].map((row) => widthOf(row[column] ?? ""))));
  const line = (left: string, middle: string, right: string): string =>
    `${left}${widths.map((width) => "─".repeat(width + 2)).join(middle)}${right}`;
  const cellsOf = (row: readonly string[]): string =>
    `│ ${row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell))).join(" │ ")} │`;
  return [line("┌", "┬", "┐"), cellsOf(heads), line("├", "┼", "┤"), ...rows.map(cellsOf), line("└", "┴", "┘")].join(
    "\n",
  );
}
