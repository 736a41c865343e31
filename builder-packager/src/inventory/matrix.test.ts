import { expect, test } from "vitest";
import { expanded, type Matrix, matrixIssues } from "./matrix.ts";

test("a table with a matrix is repeated for each combination of values, in order", () => {
  const table = {
    id: "{tool}-{kind}",
    file: "{tool}{line}-{version}.tgz",
    entry: { name: "{kind:upper}", licenses: ["{tool}"], count: 1 },
    matrix: { tool: ["a"], kind: ["jdk", "jre"], line: ["8", "11"] },
  };
  const tables = expanded(table);
  expect(tables.map(({ id, file }) => [id, file])).toEqual([
    ["a-jdk", "a8-{version}.tgz"],
    ["a-jdk", "a11-{version}.tgz"],
    ["a-jre", "a8-{version}.tgz"],
    ["a-jre", "a11-{version}.tgz"],
  ]);
  expect(tables[0]).toEqual({
    id: "a-jdk",
    file: "a8-{version}.tgz",
    entry: { name: "JDK", licenses: ["a"], count: 1 },
  });
  const alone: { id: string; matrix?: Matrix } = { id: "{tool}" };
  expect(expanded(alone)).toEqual([alone]);
});

test.for<[string, Record<string, unknown>, readonly string[]]>([
  ["a variable without values", { a: ["x"], b: [] }, ["b: expected a list of one or more strings"]],
  ["a number as a value", { a: [8] }, ["a: expected a list of one or more strings"]],
  ["a name that no template can contain", { "a}": ["x"] }, ["a}: is not the name of a variable"]],
  ["too many combinations", { a: Array(15).fill("x"), b: Array(15).fill("y") }, [": stands for more than 200 tables"]],
  ["values for each variable", { a: ["x", "y"], b: ["z"] }, []],
])("a matrix with %s has the expected problems", ([, matrix, messages]) => {
  const issues = matrixIssues(matrix, "sources[0]");
  expect(issues.map(({ path, message }) => `${path.replace(/^sources\[0\]\.matrix\.?/, "")}: ${message}`)).toEqual(
    messages,
  );
});
