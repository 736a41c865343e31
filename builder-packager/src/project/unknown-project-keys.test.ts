import { decodeProjectToml } from "libcnb/spec";
import { expect, test } from "vitest";
import { unknownProjectKeys } from "./unknown-project-keys.ts";

const all = `
[_]
schema-version = "0.3"
id = "a"
name = "a"
version = "1"
authors = []
documentation-url = "a"
source-url = "a"
licenses = [{ type = "MIT", uri = "a" }]
[_.metadata.own]
any = 1
[io.buildpacks]
builder = "a"
include = []
[[io.buildpacks.group]]
id = "a"
version = "1"
exec-env = []
[[io.buildpacks.pre.group]]
id = "a"
script = { api = "0.10", inline = "", shell = "/bin/sh" }
[[io.buildpacks.post.group]]
uri = "a"
[[io.buildpacks.build.env]]
name = "A"
value = "a"
exec-env = []
[[io.buildpacks.env.build]]
name = "A"
value = "a"
`;
const ofOthers = "[com.example]\nown = 1\n[io.github.me]\nown = 1\n[org]\nown = 1\n[id.co.example]\nown = 1\n";
const old = `
[project]
id = "a"
name = "a"
version = "1"
authors = []
documentation-url = "a"
source-url = "a"
licenses = [{ uri = "a" }]
[metadata.own]
any = 1
[build]
builder = "a"
exclude = []
buildpacks = [{ id = "a", version = "1" }]
env = [{ name = "A", value = "a" }]
`;

test.for<readonly [string, string, readonly string[]]>([
  ["every key there is, and those of others", `${all}${ofOthers}`, []],
  ["every key of schema 0.1, and those of others", `${old}${ofOthers}`, []],
  ["an empty file", "", []],
  [
    "a misspelt key, which is suggested",
    "[_]\n[io.buildpacks]\nexlude = []\n",
    ["project.toml:3:1: io.buildpacks.exlude: unknown key; did you mean exclude?"],
  ],
  [
    "keys that are like no other, in the order of the file",
    `[_]\nschema-version = "0.2"\nlanguage = "de"\n[[io.buildpacks.build.env]]\nname = "A"\nvalue = ""\nwhen = "b"\n`,
    [
      "project.toml:3:1: _.language: unknown key; possible are schema-version, id, name, version, authors, documentation-url, source-url, licenses, metadata",
      "project.toml:7:1: io.buildpacks.build.env[0].when: unknown key; possible are name, value, exec-env",
    ],
  ],
  [
    "a misspelt table",
    "[_]\n[io.buildpack]\nbuilder = 'a'\n",
    ["project.toml:2:5: io.buildpack: unknown key; did you mean buildpacks?"],
  ],
  [
    "what is outside of all tables",
    `schema-version = "0.2"\n[_]\n`,
    ["project.toml:1:1: schema-version: unknown key; it stands outside of [_] and [io.buildpacks]"],
  ],
  [
    "tables of schema 0.1 beside [_]",
    "[_]\n[project]\nname = 'a'\n[build]\nexclude = []\n[metadata]\na = 1\n",
    [
      "project.toml:2:2: project: is of schema 0.1 and is not read, as [_] says that the file is of another; write [_]",
      "project.toml:4:2: build: is of schema 0.1 and is not read, as [_] says that the file is of another; write [io.buildpacks]",
      "project.toml:6:2: metadata: is of schema 0.1 and is not read, as [_] says that the file is of another; write [_.metadata]",
    ],
  ],
  [
    "[io.buildpacks] without [_]",
    "[io.buildpacks]\nbuilder = 'a'\n",
    [
      'project.toml:1:5: io.buildpacks: is not read, as nothing says that the file is of schema 0.2 or newer; write schema-version = "0.2" below [_]',
    ],
  ],
  [
    "a misspelt table of schema 0.1",
    "[biuld]\nexclude = []\n",
    ["project.toml:1:2: biuld: unknown key; did you mean build?"],
  ],
  ["names that every object has", "[_]\n[__proto__]\na = 1\n[constructor]\na = 1\n[toString]\n", []],
  [
    "keys with commands of terminals",
    '"a\\u001b[2J" = 1\n[_]\n[io."buildpacks\\u0007"]\n',
    [
      'project.toml:1:1: "a\\u001b[2J": unknown key; it stands outside of [_] and [io.buildpacks]',
      'project.toml:3:5: io."buildpacks\\u0007": unknown key; did you mean buildpacks?',
    ],
  ],
])("unknown keys of project.toml: %s", ([, text, expected]) => {
  const project = decodeProjectToml(text, "project.toml");
  expect(unknownProjectKeys(project, text, "project.toml")).toEqual(expected);
});
