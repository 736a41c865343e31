import type { s } from "libcnb/internal";
import { partlyFilled, type Variables } from "./template.ts";

/** The values of variables, for each combination of which a table is repeated. */
export type Matrix = Readonly<Record<string, readonly string[]>>;

/** A table of sources or constraints that may have a matrix. */
interface WithMatrix {
  readonly matrix?: Matrix | undefined;
}

/** At most this many tables of sources or constraints: each source costs requests. */
export const mostTables = 200;

/**
 * Repeats a table for each combination of the values of its matrix, and fills the variables of the
 * matrix in its texts.
 *
 * @example `expanded({ id: "{tool}", matrix: { tool: ["a", "b"] } }) // [{ id: "a" }, { id: "b" }]`
 */
export function expanded<Table extends WithMatrix>(table: Table): readonly Table[] {
  const { matrix, ...repeated } = table;
  if (matrix === undefined) return [table];
  return combinations(matrix).map((variables) => filledIn(repeated, variables) as Table);
}

function combinations(matrix: Matrix): readonly Variables[] {
  return Object.entries(matrix).reduce<readonly Variables[]>(
    (all, [name, values]) => all.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))),
    [{}],
  );
}

function filledIn(value: unknown, variables: Variables): unknown {
  if (typeof value === "string") return partlyFilled(value, variables);
  if (Array.isArray(value)) return value.map((each) => filledIn(each, variables));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filledIn(each, variables)]));
}

/** Returns the problems of a matrix, which may be any table. */
export function matrixIssues(matrix: Readonly<Record<string, unknown>> | undefined, at: string): readonly s.Issue[] {
  const lists = Object.entries(matrix ?? {});
  const issues = lists.flatMap(([name, values]) => {
    const path = `${at}.matrix.${name}`;
    if (!/^[A-Za-z][\w-]*$/.test(name)) return [{ path, message: "is not the name of a variable" }];
    return isList(values) ? [] : [{ path, message: "expected a list of one or more strings" }];
  });
  const tables = lists.reduce((count, [, values]) => count * (isList(values) ? values.length : 1), 1);
  return tables <= mostTables
    ? issues
    : [...issues, { path: `${at}.matrix`, message: `stands for more than ${mostTables} tables` }];
}

const isList = (values: unknown): values is readonly string[] =>
  Array.isArray(values) && values.length > 0 && values.every((each) => typeof each === "string");
