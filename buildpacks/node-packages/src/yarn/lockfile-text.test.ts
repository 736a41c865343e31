import { expect, test } from "vitest";
import { parseLockfile, patternsOf } from "./lockfile-text.ts";

test.each([
  ["no content", "", {}],
  ["only comments", "# yarn lockfile v1\n\n", {}],
  [
    "the syntax of Yarn 1",
    '"@a/b@^1.0.0", "@a/b@~1.0.1":\n  version "1.0.2"\n  resolved "https://registry.test/b.tgz#abc"\n  dependencies:\n    c ">= 2"\n    "@d/e" "*"\n\nc@2:\n  version "2.0.0"\n',
    {
      '"@a/b@^1.0.0", "@a/b@~1.0.1"': {
        version: "1.0.2",
        resolved: "https://registry.test/b.tgz#abc",
        dependencies: { c: ">= 2", "@d/e": "*" },
      },
      "c@2": { version: "2.0.0" },
    },
  ],
  [
    "the syntax of Yarn 4",
    '__metadata:\n  version: 8\n\n"a@npm:^1.0, a@npm:^1.1":\n  version: 1.1.0\n  resolution: "a@npm:1.1.0"\n  dependenciesMeta:\n    b:\n      optional: true\n  checksum: 10c0/00ff\n  conditions: os=linux & cpu=x64\n',
    {
      __metadata: { version: "8" },
      "a@npm:^1.0, a@npm:^1.1": {
        version: "1.1.0",
        resolution: "a@npm:1.1.0",
        dependenciesMeta: { b: { optional: "true" } },
        checksum: "10c0/00ff",
        conditions: "os=linux & cpu=x64",
      },
    },
  ],
  ["Windows line ends", 'a@1:\r\n  version "1.0.0"\r\n', { "a@1": { version: "1.0.0" } }],
  [
    "a key of more than 1024 characters",
    '? "a@npm:1, a@npm:2"\n:\n  version: 2.0.0\n',
    { "a@npm:1, a@npm:2": { version: "2.0.0" } },
  ],
  [
    "names of object properties",
    '__proto__:\n  version "1"\nconstructor@1:\n  version "1.0.0"\n',
    { ["__proto__"]: { version: "1" }, "constructor@1": { version: "1.0.0" } },
  ],
  ["content that is not a lockfile", "{ [ no\n  : : :\n", { "{": "[ no", ": : ": {} }],
] as const)("a yarn.lock is parsed with %s", (_, text, expected) => {
  expect(JSON.parse(JSON.stringify(parseLockfile(text)))).toEqual(JSON.parse(JSON.stringify(expected)));
});

test.each([
  ["a@^1", ["a@^1"]],
  ["a@^1, a@^2", ["a@^1", "a@^2"]],
  ['"@a/b@^1", "@a/b@>= 2"', ["@a/b@^1", "@a/b@>= 2"]],
  ['a@^1, "a@>= 2"', ["a@^1", "a@>= 2"]],
  ["a@patch:a@npm%3A1#~/.yarn/patches/a.patch", ["a@patch:a@npm%3A1#~/.yarn/patches/a.patch"]],
] as const)("the key %j of yarn.lock is split into patterns", (key, expected) => {
  expect(patternsOf(key)).toEqual(expected);
});
