import { report, untyped } from "./report.ts";

const long = '{"name": "a text that is long",\n  "value": ';
const texts = [
  "",
  " ",
  "{",
  "[",
  "[1",
  '{"a"',
  '{"a":',
  '{"a":1',
  '{"a":1,\n}',
  "{'a':1}",
  "{a:1}",
  "[1,]",
  "[,1]",
  "[1 2]",
  '{"a" 1}',
  '{"a":1 "b":2}',
  '{"a":1}}',
  '{"a":1}\r\nx',
  "nul",
  "nulx",
  "tru1",
  'fals"e"',
  "01",
  "-",
  "-a",
  "1.",
  "1.x",
  "1e",
  "1e+",
  "--1",
  "+1",
  '"a',
  '"a\n"',
  '"\\x"',
  '"\\',
  '"\\\u2028"',
  '"\\u12"',
  '"\\u12G4"',
  "undefined",
  "NaN",
  "Infinity",
  "[object Object]",
  "x",
  "😀",
  "\u00a0",
  `${long}x}`,
  `${long}1\r\n  "b": 2}`,
  `x${long}`,
  `${long}"a"}                     x`,
  `[[[{"a":[[{"b":[1,2,{"c":x}]}]]}]]]`,
];

for (const [index, text] of texts.entries()) {
  report(`JSON.parse of text ${index}`, () => JSON.parse(text));
}
for (const value of [undefined, null, 1, {}, [], [1, 2], ["a"], true]) {
  report(`JSON.parse of ${typeof value} ${value}`, () => JSON.parse(untyped(value)));
}
report("JSON.parse with a reviver", () =>
  JSON.parse('{"a":[1,2],"b":{"c":3}}', (key, value) => (typeof value === "number" ? `${key}=${value}` : value)),
);
report("JSON.parse with a reviver that throws", () =>
  JSON.parse("[1]", () => {
    throw new SyntaxError("of the reviver");
  }),
);
report("JSON.parse itself", () => [
  JSON.parse.name,
  JSON.parse.length,
  Object.getOwnPropertyDescriptor(JSON, "parse")?.enumerable,
  "prototype" in JSON.parse,
]);
report("error of JSON.parse", () => {
  try {
    return JSON.parse("{");
  } catch (error) {
    return [error instanceof SyntaxError, Object.keys(error as object), String((error as Error).stack).split("\n")[0]];
  }
});
