import type { Package } from "../package-manager.ts";
import { keyOf } from "./merged.ts";

/** What needs what, as `name@version`: a form in which tests compare packages with what a tool itself says of the same tree. */
export type Graph = Readonly<Record<string, readonly string[]>>;

/** The graph of an adapter's packages. */
export const graphOf = (packages: readonly Package[]): Graph =>
  united(packages.map((each) => [keyOf(each), each.dependencies] as const));

/** One graph of several statements on the same packages: tools show some dependencies once only. */
export function united(statements: readonly (readonly [string, readonly string[]])[]): Graph {
  const groups = Map.groupBy(statements, ([key]) => key);
  return Object.fromEntries(
    [...groups].map(([key, group]) => [key, [...new Set(group.flatMap(([, needed]) => needed))].toSorted()]),
  );
}
