import { expect, test } from "vitest";
import { commandsIn, programAt } from "./command-words.ts";

test.for<[string, readonly (readonly string[])[]]>([
  ["uv run x", [["uv", "run", "x"]]],
  ["a && b||c ; d|e & f\ng", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"], ["g"]]],
  ["(cd api && a)", [["cd", "api"], ["a"]]],
  ["a 2>&1 &>out >| x", [["a", "2>&1", "&>out", ">|", "x"]]],
  [`a 'b && c' "d; \\"e\\" $F" g\\ h`, [["a", "b && c", 'd; "e" $F', "g h"]]],
  [`a $(b && c) \`d; e\` \${F:-g h} $`, [["a", "$(b && c)", "`d; e`", `\${F:-g h}`, "$"]]],
  ["if a; then exec b; fi", [["a"], ["exec", "b"], ["fi"]]],
  ["a 'open && b", [["a", "'", "open"], ["b"]]],
  ["", []],
])("the shell line %j is split into commands and words", ([line, commands]) => {
  expect(commandsIn(line).map((words) => words.map(({ text }) => text))).toEqual(commands);
});

test("each word of a parsed shell line has its start and end in the line", () => {
  const line = `exec 'a b' && c`;
  expect(commandsIn(line).flatMap((words) => words.map(({ start, end }) => line.slice(start, end)))).toEqual([
    "exec",
    "'a b'",
    "c",
  ]);
});

test.for<[string, number]>([
  ["gunicorn", 0],
  ["A=1 B='x y' exec env C=2 gunicorn", 5],
  ["A=1", 1],
])(
  "the program of the shell command %j is expected at the word index %s, after variable assignments, exec and env",
  ([line, at]) => {
    expect(programAt(commandsIn(line)[0] ?? [])).toBe(at);
  },
);

test("shell lines with 20 000 repeated characters are parsed in linear time", () => {
  for (const part of ["'", '"', "$(", `\${`, "`", "\\", "a ", "&&", "<>&"])
    expect(commandsIn(part.repeat(20_000)).length).toBeLessThanOrEqual(20_000);
});
