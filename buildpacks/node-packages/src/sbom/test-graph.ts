import type { Package } from "../package-manager.ts";
import { keyOf } from "./components.ts";

/**
 * The dependencies of packages, by `name@version`. Tests compare the result of this buildpack with
 * a tool's output in this form.
 */
export type Graph = Readonly<Record<string, readonly string[]>>;

/** Returns the dependency graph of packages, to compare it with a tool's output. */
export const graphOf = (packages: readonly Package[]): Graph =>
  united(packages.map((each) => [keyOf(each), each.dependencies] as const));

/**
 * Merges several dependency graphs of the same packages, because tools print the dependencies of a
 * repeated package only once.
 */
export function united(statements: readonly (readonly [string, readonly string[]])[]): Graph {
  const groups = Map.groupBy(statements, ([key]) => key);
  return Object.fromEntries(
    [...groups].map(([key, group]) => [key, [...new Set(group.flatMap(([, needed]) => needed))].toSorted()]),
  );
}
