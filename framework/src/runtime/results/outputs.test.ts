import { expect, test } from "vitest";
import type { BuildResult } from "../../build.ts";
import { dependency } from "../../dependency.ts";
import { outputFiles } from "./outputs.ts";

const node = dependency("node");
const entries = [{ name: "node", metadata: {} }];

test("the result of build is written to the lifecycle's files", () => {
  const result: BuildResult = {
    processes: {
      web: { command: ["node", "a.js"], default: true },
      worker: { command: ["node"], args: ["b.js"], workingDir: "w", execEnv: ["test"] },
    },
    labels: { title: "app" },
    slices: [["node_modules"]],
    unmet: [node, node],
    store: { last: "22" },
  };
  expect(outputFiles(result, entries)).toEqual({
    "launch.toml": `[[labels]]
key = "title"
value = "app"

[[processes]]
type = "web"
command = [ "node", "a.js" ]
default = true

[[processes]]
type = "worker"
command = [ "node" ]
args = [ "b.js" ]
working-dir = "w"
exec-env = [ "test" ]

[[slices]]
paths = [ "node_modules" ]
`,
    "build.toml": `[[unmet]]\nname = "node"\n`,
    "store.toml": `[metadata]\nlast = "22"\n`,
  });
});

test("an empty result of build writes no file", () => {
  expect(outputFiles({ processes: {}, labels: {}, slices: [], unmet: [], store: {} }, [])).toEqual({});
});

test.for<[string, BuildResult, string]>([
  [
    "two default processes",
    { processes: { a: { command: ["x"], default: true }, b: { command: ["x"], default: true } } },
    "several processes are marked as default: a, b",
  ],
  ["an empty command", { processes: { web: { command: [] as never } } }, `the process "web" has no command`],
  [
    "a malformed process type",
    { processes: { "a b": { command: ["x"] } } },
    `"a b" is not a process type: only letters, digits, ., - and _ are allowed`,
  ],
  ["an absolute slice", { slices: [["/workspace/x"]] }, `the slice "/workspace/x" is an absolute path`],
  ["a slice outside of the app", { slices: [["../x"]] }, `the slice "../x" leads out of the application directory`],
  ["an empty slice pattern", { slices: [[""]] }, `a slice has an empty pattern`],
  [
    "a slice with an unterminated character class",
    { slices: [["a", "b/[a-"]] },
    `the slice "b/[a-" is not a valid glob pattern`,
  ],
  ["a slice with an empty character class", { slices: [["[]"]] }, `the slice "[]" is not a valid glob pattern`],
  ["a slice that ends with a backslash", { slices: [["a\\"]] }, `the slice "a\\\\" is not a valid glob pattern`],
  ["a slice with **", { slices: [["a/**/b"]] }, `the slice "a/**/b" contains **, which the lifecycle treats as *`],
  ["an empty executable name", { processes: { web: { command: [""] } } }, `the process "web" has no command`],
  [
    "a NUL character in a command",
    { processes: { web: { command: ["a", "\0"] } } },
    `the process "web" has a command that contains a NUL character`,
  ],
  [
    "an argument that is not a string",
    { processes: { web: { command: ["a"], args: [80 as never] } } },
    `the process "web" has arguments that are not strings or contain a NUL character`,
  ],
  [
    "an unknown field",
    { processes: { web: { command: ["a"], defualt: true } as never } },
    `the process "web" has an unknown field: "defualt"`,
  ],
  [
    "an empty working directory",
    { processes: { web: { command: ["a"], workingDir: "" } } },
    `the process "web" has a working directory that is not a path`,
  ],
  [
    "an execution environment with a slash",
    { processes: { web: { command: ["a"], execEnv: ["a/b"] } } },
    `the process "web" has execEnv ["a/b"], which contains an invalid name`,
  ],
  [
    "a label with an empty key",
    { labels: { "": "x" } },
    `the label "" has a key that is empty or contains white space, a control character or =`,
  ],
  [
    "a label with a space in its key",
    { labels: { "a b": "x" } },
    `the label "a b" has a key that is empty or contains white space, a control character or =`,
  ],
  [
    "a label reserved by the lifecycle",
    { labels: { "io.buildpacks.build.metadata": "{}" } },
    `the label "io.buildpacks.build.metadata" is reserved for the lifecycle: it begins with io.buildpacks.`,
  ],
  [
    "a label value that is not a string",
    { labels: { a: 1 as never } },
    `the label "a" has a value that is not a string`,
  ],
  [
    "an integer in the store that a float cannot represent",
    { store: { a: 2n ** 60n + 1n } },
    "store has a value that the lifecycle does not preserve: a",
  ],
  [
    "an unmet requirement that is not in the plan",
    { unmet: [dependency("java")] },
    `unmet contains "java", which is not in the buildpack plan`,
  ],
])("the result of build is refused with %s", ([, result, message]) => {
  expect(() => outputFiles(result, entries)).toThrow(
    expect.objectContaining({ code: "BUILD_RESULT_INVALID", message }),
  );
});

test.for(["node_modules", "dist/*.js", "./a", "a[b-d^]", "[^a]x", "\\[a", "a?c", "**.js"])(
  "the slice pattern %j is accepted",
  (pattern) => {
    expect(outputFiles({ slices: [[pattern]] }, [])["launch.toml"]).toContain("[[slices]]");
  },
);

test("all errors in a build result are reported at once", () => {
  const result: BuildResult = {
    labels: { "": "x" },
    processes: { web: { command: [] as never } },
    unmet: [dependency("java")],
  };
  expect(() => outputFiles(result, entries)).toThrow(
    expect.objectContaining({
      message: "build returned 3 values that the lifecycle does not accept",
      cause: [
        `the process "web" has no command`,
        `the label "" has a key that is empty or contains white space, a control character or =`,
        `unmet contains "java", which is not in the buildpack plan`,
      ].join("; "),
      hint: "Set command to a list of strings that begins with an executable. Use a key such as com.example.title. List only dependencies for which plan.has() returns true.",
    }),
  );
});
