import { parseToml } from "libcnb/spec";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type InspectDocument, renderDocument } from "./document.ts";
import { stringifyYaml } from "./yaml.ts";

const license = { Type: "MIT", URI: "" };
const document: InspectDocument = {
  shared: { builder_name: "x", trusted: false },
  location: "remote",
  info: { created_by: { name: "n", version: "1" }, buildpacks: [], apis: [], args: [], licenses: [license] },
  nullable: ["buildpacks", "args"],
  yamlShared: "sharedbuilderinfo",
};
const same = { apis: [], licenses: [{ type: "MIT", uri: "" }] };

describe("cnb inspect prints the same form as pack inspect", () => {
  test("in JSON, with null for empty lists", () =>
    expect(JSON.parse(renderDocument(document, "json"))).toEqual({
      ...document.shared,
      remote_info: { ...document.info, buildpacks: null, args: null },
      local_info: null,
    }));

  test("in YAML, with the name in its own table", () =>
    expect(parse(renderDocument(document, "yaml"))).toEqual({
      sharedbuilderinfo: document.shared,
      remote_info: { ...document.info, ...same },
      local_info: null,
    }));

  test("in TOML, without null and with capitalized keys for the creator", () =>
    expect(parseToml(renderDocument({ ...document, location: "local" }, "toml"), "x")).toEqual({
      ...document.shared,
      local_info: { created_by: { Name: "n", Version: "1" }, args: [], ...same },
    }));
});

test("the YAML output uses block style, with quotes only where needed", () => {
  const value = { name: "A b", none: [], list: [{ id: "x/y", more: [[1, "2"], []] }, {}], "odd key": null, at: "a:b" };
  expect(stringifyYaml(value)).toBe(`name: A b
none: []
list:
    - id: x/y
      more:
          -
              - 1
              - "2"
          - []
    - {}
odd key: null
at: a:b
`);
});

const texts = [
  "",
  " ",
  "a ",
  "a: b",
  "a:",
  "a #b",
  "#",
  "- a",
  "? a",
  "!a",
  "&a",
  "*a",
  "%a",
  "@a",
  "`a",
  "'",
  '"',
  "{",
  "[",
  ",",
  "|",
  ">",
  "yes",
  "No",
  "null",
  "~",
  "true",
  "1",
  "1.0",
  "0x1",
  "1e3",
  ".5",
  "2001-01-01",
  "12:30:45",
  "0o7",
  "<<",
  "=",
  "---",
  "...",
  "a\nb",
  "a\tb",
  "\u0000",
  "\u001b[2J",
  "\u007f",
  "\u0085",
  "\u2028",
  "\ufeff",
  "\\",
  "ü",
  "😀",
  "a\\u0041",
  "-",
  "a- b",
  "O.K.",
];

test.for(["1.1", "1.2"] as const)(
  "a YAML %s parser reads back any text in the YAML output as value, item and key",
  (version) => {
    for (const text of texts) {
      const value = { [text]: text, list: [text, [text], { [text]: [text] }] };
      expect(parse(stringifyYaml(value), { version }), JSON.stringify(text)).toEqual(value);
    }
  },
);

test("an unpaired surrogate becomes the replacement character in the YAML output", () =>
  expect(parse(stringifyYaml({ a: "\ud800b" }))).toEqual({ a: "\ufffdb" }));
