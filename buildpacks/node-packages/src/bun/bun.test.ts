// @needs processes
import { expect, test } from "vitest";
import { describeConformance } from "../package-manager.conformance.ts";
import { parseLockfile } from "./lockfile.ts";

const ms =
  '"ms": ["ms@2.1.3", "", {}, "sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA=="],';
const isNumber =
  '"is-number": ["is-number@7.0.0", "", {}, "sha512-41Cifkg6e8TylSpdtTpeLVMqvSBEVzTttHvERD741+pnZ8ANv0004MRL43QKPDlK9cGvNp6NZWZUBlbGXYxxng=="],';

describeConformance("Bun", {
  manifest: { packageManager: "bun@1.4.5" },
  range: "workspace:*",
  simple: {
    "bun.lock": `{
  "lockfileVersion": 2,
  "configVersion": 1,
  "workspaces": {
    "": {
      "name": "app",
      "dependencies": { "ms": "2.1.3", },
      "devDependencies": { "is-number": "7.0.0", },
    },
  },
  "packages": {
    ${isNumber}
    ${ms}
  }
}
`,
  },
  workspaces: {
    "bun.lock": `{
  "lockfileVersion": 2,
  "configVersion": 1,
  "workspaces": {
    "": { "name": "root", },
    "packages/lib": { "name": "@app/lib", "version": "1.0.0", "dependencies": { "ms": "2.1.3", }, },
    "packages/other": { "name": "@app/other", "version": "1.0.0", "dependencies": { "is-number": "7.0.0", }, },
    "packages/web": { "name": "@app/web", "version": "1.0.0", "dependencies": { "@app/lib": "workspace:*", }, },
  },
  "packages": {
    "@app/lib": ["@app/lib@workspace:packages/lib"],
    "@app/other": ["@app/other@workspace:packages/other"],
    "@app/web": ["@app/web@workspace:packages/web"],
    ${isNumber}
    ${ms}
  }
}
`,
  },
  credentials: {
    ".npmrc": "//registry.test/:_authToken=s3cret\n",
    "bunfig.toml": '[install.scopes]\nme = { url = "https://r.test", token = "s3cret" }\n',
  },
});

test.for<[string, string, readonly (readonly [string, string])[]]>([
  ["no packages", "{}", []],
  [
    "trailing commas and comments",
    '{ // "no"\n"packages": { /* , */ "a": ["a@1.0.0", "", {}, "sha512-x",], }, }',
    [["a@1.0.0", "sha512-x"]],
  ],
  [
    "brackets and slashes in strings",
    '{"packages":{"a":["a@npm:b@1.0.0","https://r.test/,}",{"bin":"x,]"},"sha1-y"]}}',
    [["a@npm:b@1.0.0", "sha1-y"]],
  ],
  ["packages without a digest", '{"packages":{"w":["w@workspace:w"],"g":["g@git+https://x.test/g#1",{},"abc"]}}', []],
])("the digests of packages are read from a bun.lock with %s", ([, text, expected]) => {
  expect([...parseLockfile(text, "bun.lock")]).toEqual(expected);
});

test.for<[string, string]>([
  ["a file with merge conflict markers", "<<<<<<< HEAD\n{}"],
  ["null", "null"],
  ["an unfinished object", '{"packages":'],
  ["an empty file", ""],
  ["an unfinished string of 100000 quotes", `{"${'\\"'.repeat(100_000)}`],
])("%s is not a valid bun.lock", ([, text]) => {
  expect(() => parseLockfile(text, "web/bun.lock")).toThrow(
    expect.objectContaining({ code: "PACKAGES_LOCKFILE_INVALID", message: "web/bun.lock is not a lockfile of Bun" }),
  );
});
