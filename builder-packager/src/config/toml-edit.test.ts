import { parseToml } from "libcnb/spec";
import { describe, expect, test } from "vitest";
import { editedToml } from "./toml-edit.ts";

const text = `# the first line
api = '0.10' # the API
[buildpack]
id = "acme/web"
version   =   "1.2.3"	# by the release

[[order]]
group = [
  { id = "acme/web", version = '1.2.3', optional = true }, # one
  { version = """1.2.3""", id = "b" },
]
[[order]]
  [[order.group]]
  "version" = "1.2.3"
`;

describe("editing a TOML file", () => {
  test("replaces strings of every form, and keeps comments, spaces and quotes", () => {
    const paths = [
      "order[1].group[0].version",
      "buildpack.version",
      "order[0].group[0].version",
      "order[0].group[1].version",
    ];
    const edited = editedToml(
      text,
      paths.map((path) => ({ path, value: "2.0.0-rc.1" })),
    );
    expect(edited).toBe(text.replaceAll('"""1.2.3"""', '"2.0.0-rc.1"').replaceAll("1.2.3", "2.0.0-rc.1"));
    expect(parseToml(edited, "x")).toMatchObject({ order: [{ group: [{ version: "2.0.0-rc.1" }, {}] }, {}] });
  });

  test("escapes values, and does not put a quote into a literal string", () => {
    const edits = [
      { path: "api", value: "it's" },
      { path: "buildpack.id", value: 'a"\\b\n' },
    ];
    expect(parseToml(editedToml(text, edits), "x")).toMatchObject({ api: "it's", buildpack: { id: 'a"\\b\n' } });
  });

  test("returns the text unchanged if there are no edits", () => expect(editedToml(text, [])).toBe(text));
});
