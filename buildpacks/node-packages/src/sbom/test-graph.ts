import type { Package } from "../package-manager.ts";
import { keyOf } from "./components.ts";

/**
 * Dependencies by `name@version`. Tests compare an adapter's packages with a tool's output in this
 * form.
 */
export type Graph = Readonly<Record<string, readonly string[]>>;

/** The graph of an adapter's packages. */
export const graphOf = (packages: readonly Package[]): Graph =>
  united(packages.map((each) => [keyOf(each), each.dependencies] as const));

/** Merges several graphs of the same packages, because tools only show some dependencies once. */
export function united(statements: readonly (readonly [string, readonly string[]])[]): Graph {
  const groups = Map.groupBy(statements, ([key]) => key);
  return Object.fromEntries(
    [...groups].map(([key, group]) => [key, [...new Set(group.flatMap(([, needed]) => needed))].toSorted()]),
  );
}
