import { expect, test } from "vitest";
import type { BuildResult } from "../../build.ts";
import { dependency } from "../../dependency.ts";
import { outputFiles } from "./outputs.ts";

const node = dependency("node");
const entries = [{ name: "node", metadata: {} }];

test("the result of a build is written to the lifecycle's files", () => {
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

test("an empty result writes no file", () => {
  expect(outputFiles({ processes: {}, labels: {}, slices: [], unmet: [], store: {} }, [])).toEqual({});
});

test.for<[string, BuildResult, string]>([
  [
    "two defaults",
    { processes: { a: { command: ["x"], default: true }, b: { command: ["x"], default: true } } },
    "the processes a, b are all the default",
  ],
  ["an empty command", { processes: { web: { command: [] as never } } }, `the process "web" has no command`],
  [
    "a type that is not a name",
    { processes: { "a b": { command: ["x"] } } },
    `"a b" is not a process type: only letters, digits, ., - and _ are possible`,
  ],
  [
    "an absolute slice, which the lifecycle never finds",
    { slices: [["/workspace/x"]] },
    `the slice "/workspace/x" is absolute`,
  ],
  ["a slice outside of the app", { slices: [["../x"]] }, `the slice "../x" leads out of the application directory`],
  ["a slice of nothing", { slices: [[""]] }, `the slice "" is not a pattern`],
  ["a slice with an open class", { slices: [["a", "b/[a-"]] }, `the slice "b/[a-" is not a pattern`],
  ["a slice with an empty class", { slices: [["[]"]] }, `the slice "[]" is not a pattern`],
  ["a slice that ends with an escape", { slices: [["a\\"]] }, `the slice "a\\\\" is not a pattern`],
  [
    "a slice for another matcher",
    { slices: [["a/**/b"]] },
    `the slice "a/**/b" has **, which the lifecycle takes for *`,
  ],
  ["an empty executable", { processes: { web: { command: [""] } } }, `the process "web" has no command`],
  [
    "a NUL in a command",
    { processes: { web: { command: ["a", "\0"] } } },
    `the process "web" has a command that holds a NUL`,
  ],
  [
    "an argument that is not text",
    { processes: { web: { command: ["a"], args: [80 as never] } } },
    `the process "web" has arguments that are not texts, or hold a NUL`,
  ],
  [
    "an empty working directory",
    { processes: { web: { command: ["a"], workingDir: "" } } },
    `the process "web" has a working directory that is not a path`,
  ],
  [
    "an execution environment with a slash",
    { processes: { web: { command: ["a"], execEnv: ["a/b"] } } },
    `the process "web" is for an execution environment that can have no such name`,
  ],
  ["a label without a key", { labels: { "": "x" } }, `the label "" has a key with a space, = or nothing in it`],
  ["a label with a space", { labels: { "a b": "x" } }, `the label "a b" has a key with a space, = or nothing in it`],
  [
    "a label of the lifecycle",
    { labels: { "io.buildpacks.build.metadata": "{}" } },
    `the label "io.buildpacks.build.metadata" is the lifecycle's own, which would be overwritten`,
  ],
  ["a label that is not text", { labels: { a: 1 as never } }, `the label "a" has a value that is not text`],
  [
    "digits of the store that get lost",
    { store: { a: 2n ** 60n + 1n } },
    "store has a value that the lifecycle does not preserve: a",
  ],
  [
    "unmet that is not in the plan",
    { unmet: [dependency("java")] },
    `"java" is called unmet but is not in the buildpack plan`,
  ],
])("the build result %s is refused", ([, result, message]) => {
  expect(() => outputFiles(result, entries)).toThrow(
    expect.objectContaining({ code: "BUILD_RESULT_INVALID", message }),
  );
});

test.for(["node_modules", "dist/*.js", "./a", "a[b-d^]", "[^a]x", "\\[a", "a?c", "**.js"])(
  "%s is a valid slice",
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
      message: "build returned 3 values that the lifecycle would refuse",
      cause: [
        `the process "web" has no command`,
        `the label "" has a key with a space, = or nothing in it`,
        `"java" is called unmet but is not in the buildpack plan`,
      ].join("; "),
      hint: "Give it a list with an executable. Name it like com.example.title. Return only dependencies that plan.has().",
    }),
  );
});
