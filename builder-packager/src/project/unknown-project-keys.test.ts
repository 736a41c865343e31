import { parseProjectToml } from "libcnb/spec";
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
  ["reports none for all keys of schema 0.2 and tables of other tools", `${all}${ofOthers}`, []],
  ["reports none for all keys of schema 0.1 and tables of other tools", `${old}${ofOthers}`, []],
  ["reports none for an empty file", "", []],
  [
    "reports a misspelled key with a suggestion",
    "[_]\n[io.buildpacks]\nexlude = []\n",
    ["project.toml:3:1: io.buildpacks.exlude: unknown key; did you mean exclude?"],
  ],
  [
    "reports keys without similar names, in file order",
    `[_]\nschema-version = "0.2"\nlanguage = "de"\n[[io.buildpacks.build.env]]\nname = "A"\nvalue = ""\nwhen = "b"\n`,
    [
      "project.toml:3:1: _.language: unknown key; the known keys are schema-version, id, name, version, authors, documentation-url, source-url, licenses, metadata",
      "project.toml:7:1: io.buildpacks.build.env[0].when: unknown key; the known keys are name, value, exec-env",
    ],
  ],
  [
    "reports a misspelled table",
    "[_]\n[io.buildpack]\nbuilder = 'a'\n",
    ["project.toml:2:5: io.buildpack: unknown key; did you mean buildpacks?"],
  ],
  [
    "reports a key outside of all tables",
    `schema-version = "0.2"\n[_]\n`,
    ["project.toml:1:1: schema-version: unknown key outside of [_] and [io.buildpacks]"],
  ],
  [
    "reports tables of schema 0.1 next to [_]",
    "[_]\n[project]\nname = 'a'\n[build]\nexclude = []\n[metadata]\na = 1\n",
    [
      "project.toml:2:2: project: is a key of schema 0.1 and is ignored, because [_] declares a newer schema; write [_]",
      "project.toml:4:2: build: is a key of schema 0.1 and is ignored, because [_] declares a newer schema; write [io.buildpacks]",
      "project.toml:6:2: metadata: is a key of schema 0.1 and is ignored, because [_] declares a newer schema; write [_.metadata]",
    ],
  ],
  [
    "reports [io.buildpacks] without [_]",
    "[io.buildpacks]\nbuilder = 'a'\n",
    [
      'project.toml:1:5: io.buildpacks: is ignored, because the file does not declare schema 0.2 or newer; write schema-version = "0.2" below [_]',
    ],
  ],
  [
    "reports a misspelled table of schema 0.1",
    "[biuld]\nexclude = []\n",
    ["project.toml:1:2: biuld: unknown key; did you mean build?"],
  ],
  [
    "reports none for names of JavaScript object properties",
    "[_]\n[__proto__]\na = 1\n[constructor]\na = 1\n[toString]\n",
    [],
  ],
  [
    "reports keys with terminal control sequences in escaped form",
    '"a\\u001b[2J" = 1\n[_]\n[io."buildpacks\\u0007"]\n',
    [
      'project.toml:1:1: "a\\u001b[2J": unknown key outside of [_] and [io.buildpacks]',
      'project.toml:3:5: io."buildpacks\\u0007": unknown key; did you mean buildpacks?',
    ],
  ],
])("the check for unknown keys of project.toml %s", ([, text, expected]) => {
  const project = parseProjectToml(text, "project.toml");
  expect(unknownProjectKeys(project, text, "project.toml")).toEqual(expected);
});
