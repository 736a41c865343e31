import { checked, list, matching } from "./schemas/schema.ts";
import type { Schema, SchemaIssue } from "./schemas/standard-schema.ts";

/**
 * The schema of a list of execution environments as the lifecycle reads it: `exec-env = ["test"]`,
 * with `"*"` for all. The specification shows tables (`[[buildpack.exec-env]]`) instead, but the
 * lifecycle and pack cannot read a file with such tables. If the value is a table, the validation
 * error shows the correct form.
 *
 * @example `s.table({ "exec-env": s.optional(execEnvList) })`
 */
export const execEnvList: Schema<readonly string[]> = checked(
  (value) => {
    const issues = listIssues(value);
    return issues.length === 0 ? { value: value as readonly string[] } : { issues };
  },
  [list(matching(/^[^/]+$/, "the name of an execution environment"))],
);

function listIssues(value: unknown): readonly SchemaIssue[] {
  const names = tableNames(value);
  if (names !== undefined) return [{ message: tableForm(names) }];
  if (!Array.isArray(value)) return [{ message: `expected a list such as exec-env = ["test"]` }];
  return value.flatMap((name, index) => nameIssue(name, index));
}

/** The names in the table form; undefined for any other form. */
function tableNames(value: unknown): readonly string[] | undefined {
  const tables = Array.isArray(value) ? value : [value];
  if (tables.length === 0 || !tables.every(isTable)) return undefined;
  return tables.map(({ name }) => (typeof name === "string" ? name : "test"));
}

const tableForm = (names: readonly string[]) =>
  `is written as a table, which the lifecycle cannot read; write exec-env = [${names.map((name) => JSON.stringify(name)).join(", ")}]`;

function nameIssue(name: unknown, index: number): SchemaIssue[] {
  if (typeof name === "string" && isExecEnv(name)) return [];
  return [{ message: "expected the name of an execution environment, which is not empty and has no /", path: [index] }];
}

/**
 * True if a text can be the name of an execution environment: it is not empty and contains no `/`.
 *
 * @example `isExecEnv("production") // true`
 */
export function isExecEnv(name: string): boolean {
  return name !== "" && !name.includes("/");
}

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
