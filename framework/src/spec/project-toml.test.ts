import { describe, expect, test } from "vitest";
import { LibcnbError } from "../errors.ts";
import { parseProjectToml } from "./project-toml.ts";

const nothing = {
  id: undefined,
  name: undefined,
  version: undefined,
  authors: [],
  documentationUrl: undefined,
  sourceUrl: undefined,
  licenses: [],
  metadata: {},
  build: { builder: undefined, include: undefined, exclude: undefined, group: [], pre: [], post: [], env: [] },
};
const member = { id: undefined, version: undefined, uri: undefined, script: undefined, execEnv: [] };

/** The file read, without the tables that it is made of. */
function read(text: string) {
  const { tables, ...project } = parseProjectToml(text, "project.toml");
  return project;
}

describe("project.toml", () => {
  test("with schema 0.2 is parsed", () => {
    const text = `
[_]
schema-version = "0.2"
id = "com.example.shop"
name = "Shop"
version = "1.2"
authors = ["Ada"]
documentation-url = "https://example.com/docs"
source-url = "https://example.com/source"
[[_.licenses]]
type = "MIT"
[_.metadata]
team = "web"

[io.buildpacks]
builder = "example/builder"
include = ["src/"]
[[io.buildpacks.group]]
id = "example/node"
version = "1.0.0"
[[io.buildpacks.group]]
id = "example/inline"
[io.buildpacks.group.script]
api = "0.10"
inline = "echo hi"
[[io.buildpacks.pre.group]]
uri = "docker://example/first"
[[io.buildpacks.post.group]]
id = "example/last"
[[io.buildpacks.build.env]]
name = "BP_KEEP"
value = "true"

[com.example]
own = 1
`;
    expect(read(text)).toEqual({
      schemaVersion: "0.2",
      id: "com.example.shop",
      name: "Shop",
      version: "1.2",
      authors: ["Ada"],
      documentationUrl: "https://example.com/docs",
      sourceUrl: "https://example.com/source",
      licenses: [{ type: "MIT" }],
      metadata: { team: "web" },
      build: {
        builder: "example/builder",
        include: ["src/"],
        exclude: undefined,
        group: [
          { ...member, id: "example/node", version: "1.0.0" },
          { ...member, id: "example/inline", script: { api: "0.10", inline: "echo hi", shell: "/bin/sh" } },
        ],
        pre: [{ ...member, uri: "docker://example/first" }],
        post: [{ ...member, id: "example/last" }],
        env: [{ name: "BP_KEEP", value: "true", execEnv: [] }],
      },
    });
    expect(parseProjectToml(text, "project.toml").tables.com).toEqual({ example: { own: 1 } });
  });

  test("with schema 0.1 is parsed", () => {
    const text = `
[project]
name = "Shop"
[[project.licenses]]
uri = "https://example.com/license"
[metadata]
team = "web"
[build]
exclude = ["*.md"]
[[build.buildpacks]]
uri = "https://example.com/bp.tgz"
[[build.env]]
name = "A"
value = ""
`;
    expect(read(text)).toEqual({
      ...nothing,
      schemaVersion: "0.1",
      name: "Shop",
      licenses: [{ uri: "https://example.com/license" }],
      metadata: { team: "web" },
      build: {
        ...nothing.build,
        exclude: ["*.md"],
        group: [{ ...member, uri: "https://example.com/bp.tgz" }],
        env: [{ name: "A", value: "", execEnv: [] }],
      },
    });
  });

  test.for<[string, string, object]>([
    ["no content", "", { ...nothing, schemaVersion: "0.1" }],
    ["no schema version", `[_]\nname = "a"`, { ...nothing, schemaVersion: "0.2", name: "a" }],
    [
      "the schema version 0.1",
      `[_]\nschema-version = "0.1"\n[project]\nname = "a"`,
      { ...nothing, schemaVersion: "0.1", name: "a" },
    ],
    [
      "execution environments",
      `[_]\nschema-version = "0.3"\n[[io.buildpacks.group]]\nid = "a"\nexec-env = ["test"]\n[[io.buildpacks.build.env]]\nname = "A"\nvalue = "1"\nexec-env = ["test"]`,
      {
        ...nothing,
        schemaVersion: "0.3",
        build: {
          ...nothing.build,
          group: [{ ...member, id: "a", execEnv: ["test"] }],
          env: [{ name: "A", value: "1", execEnv: ["test"] }],
        },
      },
    ],
    [
      "pack's older name for environment variables",
      `[_]\nschema-version = "0.2"\n[[io.buildpacks.env.build]]\nname = "A"\nvalue = "1"`,
      { ...nothing, schemaVersion: "0.2", build: { ...nothing.build, env: [{ name: "A", value: "1", execEnv: [] }] } },
    ],
    [
      "names of JavaScript object properties as keys",
      "[_.metadata]\n__proto__ = 1\nconstructor = 2",
      { ...nothing, schemaVersion: "0.2", metadata: JSON.parse(`{"__proto__":1,"constructor":2}`) },
    ],
  ])("is parsed if it has %s", ([, text, expected]) => {
    expect(read(text)).toEqual(expected);
  });

  test.for<[string, string, string]>([
    [
      "an unknown schema version",
      `[_]\nschema-version = "9"`,
      `_.schema-version: expected one of "0.1", "0.2", "0.3", got "9"`,
    ],
    [
      "several mistakes",
      `[_]\nname = 1\nauthors = "me"`,
      `_.name: expected a string, got 1; _.authors: expected a list, got "me"`,
    ],
    ["values in place of tables", "_ = 1\nio = []", "_: expected a table, got 1; io: expected a table, got a list"],
    ["mistakes in schema 0.1", "[project]\nname = true", "project.name: expected a string, got true"],
    [
      "both include and exclude",
      "[io.buildpacks]\ninclude = []\nexclude = []\n[_]",
      "io.buildpacks.exclude: cannot be combined with include",
    ],
    [
      "group members without ID or URI, or with both",
      `[[_.licenses]]\n[[io.buildpacks.group]]\n[[io.buildpacks.pre.group]]\nuri = "a"\nversion = "1"`,
      "_.licenses[0]: has neither type nor uri; io.buildpacks.group[0]: has neither id nor uri; io.buildpacks.pre.group[0]: has both uri and version",
    ],
    [
      "group members of schema 0.1 without ID or URI",
      "[build]\n[[build.buildpacks]]\nversion = '1'",
      "build.buildpacks[0]: has neither id nor uri",
    ],
    [
      "an environment variable without a value",
      `[_]\n[[io.buildpacks.build.env]]\nname = "A"`,
      "io.buildpacks.build.env[0].value: is missing",
    ],
  ])("is refused with %s", ([, text, cause]) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: "DESCRIPTOR_INVALID", message: "project.toml is not valid", cause }),
    );
  });

  test("is refused if it is not TOML", () => {
    expect(() => read("[")).toThrow(LibcnbError);
    expect(() => read(`a${".a".repeat(1000)} = 1`)).toThrow(expect.objectContaining({ code: "TOML_INVALID" }));
  });
});
