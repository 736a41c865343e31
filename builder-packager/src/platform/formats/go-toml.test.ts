import { expect, test } from "vitest";
import { goJson, sortedTables } from "./go-json.ts";
import { writeGoToml } from "./go-toml.ts";
import { parseToml } from "./toml.ts";

const source = `[metadata]
int = 1
big = 9007199254740993
float = 1.5
s = "tab\\t<a&b> \\u2028 quote\\" é \\u007f \\u0001"
d = 1979-05-27T07:32:00Z
offset = 1979-05-27T07:32:00.500-07:00
local-date = 1979-05-27
local-time = 07:32:00
b = true
arr = [1, 2.0, "x", {a = 1, z = "y"}]
empty = []
"quoted key" = 1
1 = "a"
10 = "b"
2 = "c"
[metadata.nested]
k = "v"
[metadata.nested.deep]
x = []
[[metadata.list]]
n = 1
[[metadata.list.sub]]
m = 2
[[metadata.list]]
n = 2
[metadata.empty-table]
`;

// Both texts are what BurntSushi/toml and encoding/json wrote for the same document.
const toml = `[metadata]
  1 = "a"
  10 = "b"
  2 = "c"
  arr = [1, 2.0, "x", {a = 1, z = "y"}]
  b = true
  big = 9007199254740993
  d = 1979-05-27T07:32:00Z
  empty = []
  float = 1.5
  int = 1
  local-date = 1979-05-27
  local-time = 07:32:00
  offset = 1979-05-27T07:32:00.5-07:00
  "quoted key" = 1
  s = "tab\\t<a&b> \u2028 quote\\" é \\u007f \\u0001"
  [metadata.empty-table]

  [[metadata.list]]
    n = 1

    [[metadata.list.sub]]
      m = 2

  [[metadata.list]]
    n = 2
  [metadata.nested]
    k = "v"
    [metadata.nested.deep]
      x = []
`;

const json =
  '{"metadata":{"1":"a","10":"b","2":"c","arr":[1,2,"x",{"a":1,"z":"y"}],"b":true,"big":9007199254740993,"d":"1979-05-27T07:32:00Z","empty":[],"empty-table":{},"float":1.5,"int":1,"list":[{"n":1,"sub":[{"m":2}]},{"n":2}],"local-date":"1979-05-27T00:00:00Z","local-time":"0000-01-01T07:32:00Z","nested":{"deep":{"x":[]},"k":"v"},"offset":"1979-05-27T07:32:00.5-07:00","quoted key":1,"s":"tab\\t\\u003ca\\u0026b\\u003e \\u2028 quote\\" é \u007f \\u0001"}}';

test("TOML is written exactly as by the lifecycle's library", () => expect(writeGoToml(parseToml(source))).toBe(toml));

test("JSON is written exactly as by the lifecycle's library", () =>
  expect(goJson(sortedTables(parseToml(source)))).toBe(json));

test("integers in the lifecycle metadata label are parsed as floats", () => {
  expect(writeGoToml(JSON.parse(goJson(sortedTables(parseToml('v = 1\ns = "1"')))))).toBe('s = "1"\nv = 1.0\n');
});

test.for<[number, string]>([
  [1, "1.0"],
  [1_000_000, "1000000.0"],
  [123456.5, "123456.5"],
  [-0.5, "-0.5"],
  [0.00001234, "0.00001234"],
  [1e21, "1000000000000000000000.0"],
  [0, "0.0"],
  [Number.NEGATIVE_INFINITY, "-inf"],
])("the float %d is written as %s", ([value, text]) => expect(writeGoToml({ v: value })).toBe(`v = ${text}\n`));
