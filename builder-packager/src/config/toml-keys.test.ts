import { expect, test } from "vitest";
import { keyPositions } from "./toml-keys.ts";

const text = `# comment with [brackets] and = signs
description = "a # is not a comment here"
[build]
  image = "x"   # after a value
  env = [
    { name = "A", value = '''raw
]''' },
    { "odd key" = 1 },
  ]

[[order]]
[[order.group]]
id = """a
b = 1"""
[[order.group]]
id = 'b'
[[order]]
group = [{ id = "c" }]
a.b = { c.d = [1, 2], "e\\"f" = true }
`;

test("every TOML key is found at its position", () => {
  const found = Object.fromEntries(
    [...keyPositions(text)].map(([path, { line, column }]) => [path, `${line}:${column}`]),
  );
  expect(found).toEqual({
    description: "2:1",
    build: "3:2",
    "build.image": "4:3",
    "build.env": "5:3",
    "build.env[0]": "6:5",
    "build.env[0].name": "6:7",
    "build.env[0].value": "6:19",
    "build.env[1]": "8:5",
    'build.env[1]."odd key"': "8:7",
    order: "11:3",
    "order[0]": "11:3",
    "order[0].group": "12:9",
    "order[0].group[0]": "12:9",
    "order[0].group[0].id": "13:1",
    "order[0].group[1]": "15:9",
    "order[0].group[1].id": "16:1",
    "order[1]": "17:3",
    "order[1].group": "18:1",
    "order[1].group[0]": "18:10",
    "order[1].group[0].id": "18:12",
    "order[1].a": "19:1",
    "order[1].a.b": "19:3",
    "order[1].a.b.c": "19:9",
    "order[1].a.b.c.d": "19:11",
    "order[1].a.b.c.d[0]": "19:16",
    "order[1].a.b.c.d[1]": "19:19",
    'order[1].a.b."e\\"f"': "19:23",
  });
});

test.for(["[", "a = [", "a = {b", 'a = "', "= 1", "]]", "a", "[[a]", "a = [1 2", "\\"])(
  "the search for TOML key positions terminates on the invalid TOML %j",
  (broken) => {
    expect(() => keyPositions(broken)).not.toThrow();
  },
);

test.for<[string, string]>([
  ["a string", `a = "${"x".repeat(10_000_000)}"\n`],
  ["a string of escape sequences", `a = "${'\\"'.repeat(5_000_000)}"\n`],
  ["a multi-line string", `a = """${"x\n".repeat(5_000_000)}"""\n`],
  ["a multi-line literal string", `a = '''${"x\n".repeat(5_000_000)}'''\n`],
  ["blank lines and comments", `a = 1\n${"\n# x\n".repeat(2_000_000)}`],
  ["an overlong number", `a = ${"1".repeat(10_000_000)}\n`],
])("the search for TOML key positions finds the keys around %s of ten megabytes", ([, long]) => {
  const positions = keyPositions(`${long}[t]\nb = 2\n`);
  const { line } = positions.get("t.b") ?? { line: 0 };
  expect([[...positions.keys()], line]).toEqual([["a", "t", "t.b"], long.split("\n").length + 1]);
});

test("the search for TOML key positions finds the end of every kind of string", () => {
  const strings = `a = """x\\""""\nb = """"y""""\nc = ''''z''''\nd = ""\ne = ''\n"" = 1\n"k\\u0041" = 2\n`;
  const found = [...keyPositions(strings)].map(([path, { line, column }]) => `${path} ${line}:${column}`);
  expect(found).toEqual(["a 1:1", "b 2:1", "c 3:1", "d 4:1", "e 5:1", '"" 6:1', "kA 7:1"]);
});
