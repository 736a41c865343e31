import { expect, test } from "vitest";
import { parseLabels } from "./build.ts";

test.for<[string, readonly (readonly [string, string])[]]>([
  ["a=b", [["a", "b"]]],
  [
    'alpha=bravo charlie="delta echo"',
    [
      ["alpha", "bravo"],
      ["charlie", "delta echo"],
    ],
  ],
  [
    "  a=b\n\tc=d  ",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  ["a=", [["a", ""]]],
  [`a=""`, [["a", ""]]],
  [`a='x "y" z'`, [["a", 'x "y" z']]],
  [String.raw`a="x \"y\" z"`, [["a", 'x "y" z']]],
  ["a=it\\'s", [["a", "it's"]]],
  [
    "a='it\\'s' b=C:\\temp",
    [
      ["a", "it's"],
      ["b", "C:\\temp"],
    ],
  ],
  [`"on-call"="see the wiki"`, [["on-call", "see the wiki"]]],
  [`a."b".'c'=x`, [["a.b.c", "x"]]],
  ["query=a=b&c=d", [["query", "a=b&c=d"]]],
  ["io.example/team=größe", [["io.example/team", "größe"]]],
  [
    "a=1 a=2",
    [
      ["a", "1"],
      ["a", "2"],
    ],
  ],
  ["__proto__=1", [["__proto__", "1"]]],
  ["a=b,c=d", [["a", "b,c=d"]]],
])("the labels %j are parsed as %j", ([text, labels]) => expect(parseLabels(text)).toEqual({ labels, problems: [] }));

test.for(["", "  \n"])("the text %j contains no labels", (text) =>
  expect(parseLabels(text)).toEqual({ labels: [], problems: [] }),
);

test.for<[string, readonly string[]]>([
  ["a", ["there is no = after the name (character 2)"]],
  ["a b=c", ["there is no = after the name (character 2)"]],
  ["=b", ["the name before = is missing (character 1)"]],
  [`a=b 'c d'=e`, ['the name "c d" contains a space or = (character 5)']],
  [`"a=b"=c`, ['the name "a=b" contains a space or = (character 1)']],
  ['a="b c', ['the quote " is not closed (character 3)']],
  ["'a=b c=d", ["the quote ' is not closed (character 1)"]],
  [
    "a =b c",
    [
      "there is no = after the name (character 2)",
      "the name before = is missing (character 3)",
      "there is no = after the name (character 7)",
    ],
  ],
])("the labels %j are refused", ([text, problems]) => expect(parseLabels(text).problems).toEqual(problems));

test.for(["\\x", "\\'", '\\"', "'"])(
  "a label value with %j repeated 200 000 times is parsed in linear time",
  (text) => {
    expect(parseLabels(`a="${text.repeat(200_000)}`).problems).toEqual(['the quote " is not closed (character 3)']);
  },
);
