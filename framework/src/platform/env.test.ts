import { describe, expect, test } from "vitest";
import { baseVariables, executionEnv, withEnvFiles, withLayerPaths, withPlatformEnv } from "./env.ts";

type Vars = Readonly<Record<string, string>>;
const map = (vars: Vars) => new Map(Object.entries(vars));
const apply = (vars: Vars, files: Vars, unsuffixed: "override" | "default" = "override") =>
  Object.fromEntries(withEnvFiles(map(vars), map(files), unsuffixed));

describe("files of an env directory", () => {
  test.for<[string, Vars, Vars, Vars]>([
    ["no suffix replaces", { V: "old" }, { V: "new" }, { V: "new" }],
    ["contents are taken with their line end", {}, { V: "a\n" }, { V: "a\n" }],
    ["default fills an unset variable", {}, { "V.default": "d" }, { V: "d" }],
    ["default fills an empty variable", { V: "" }, { "V.default": "d" }, { V: "d" }],
    ["default leaves a set variable", { V: "x" }, { "V.default": "d" }, { V: "x" }],
    ["append without delimiter joins with nothing", { V: "1" }, { "V.append": "2" }, { V: "12" }],
    ["prepend uses the delimiter", { V: "1" }, { "V.prepend": "2", "V.delim": ":" }, { V: "2:1" }],
    ["nothing is joined to an empty variable", {}, { "V.prepend": "2", "V.append": "3", "V.delim": ":" }, { V: "2:3" }],
    [
      "files apply in name order: append, override, prepend",
      {},
      { "V.append": "A", "V.override": "O", "V.prepend": "P", "V.delim": "|" },
      { V: "P|O" },
    ],
    ["an unknown suffix is ignored", {}, { "V.sh": "x" }, {}],
    ["the name ends at the first dot", {}, { "V.append.bak": "x" }, {}],
    ["a name that no environment can hold is ignored", {}, { ".append": "x", "A=B": "x" }, {}],
  ])("%s", ([, before, files, after]) => expect(apply(before, files)).toEqual(after));

  test("a delimiter of another directory does not count", () => {
    const shared = withEnvFiles(new Map(), map({ Q: "1", "Q.delim": ":" }), "override");
    expect(Object.fromEntries(withEnvFiles(shared, map({ "Q.append": "2" }), "override"))).toEqual({ Q: "12" });
  });

  test("the operator's files without suffix are defaults", () =>
    expect(apply({ V: "x" }, { V: "op" }, "default")).toEqual({ V: "x" }));
});

test("path directories of later layers come first", () => {
  const a = withLayerPaths(map({ PATH: "/usr/bin" }), "/layers/x/a", ["bin"]);
  expect(Object.fromEntries(withLayerPaths(a, "/layers/x/b", ["bin", "lib", "include", "pkgconfig"]))).toEqual({
    PATH: "/layers/x/b/bin:/layers/x/a/bin:/usr/bin",
    LD_LIBRARY_PATH: "/layers/x/b/lib",
    LIBRARY_PATH: "/layers/x/b/lib",
    CPATH: "/layers/x/b/include",
    PKG_CONFIG_PATH: "/layers/x/b/pkgconfig",
  });
});

test("path directories and env files of build layers interleave as measured", () => {
  let vars = map({ PATH: "/usr/bin" }) as ReadonlyMap<string, string>;
  for (const [dir, env] of [
    ["foo-bar/bin", "foo-bar-env"],
    ["foo/bin", "foo-env"],
  ] as const) {
    vars = withLayerPaths(vars, dir.slice(0, -4), ["bin"]);
    vars = withEnvFiles(vars, map({ "PATH.prepend": env, "PATH.delim": ":" }), "override");
  }
  expect(vars.get("PATH")).toBe("foo-env:foo/bin:foo-bar-env:foo-bar/bin:/usr/bin");
});

test("user variables have no suffixes; path variables are put in front", () => {
  expect(
    Object.fromEntries(withPlatformEnv(map({ PATH: "/bin", A: "1" }), map({ PATH: "/mine", A: "2", "X.append": "3" }))),
  ).toEqual({
    PATH: "/mine:/bin",
    A: "2",
    "X.append": "3",
  });
});

test("the base is the allowed part of the container's environment", () => {
  const container = {
    PATH: "/bin",
    HOME: "/home/cnb",
    LANG: "C",
    NODE_OPTIONS: "--x",
    http_proxy: "p",
    CNB_STACK_ID: "s",
    CNB_USER_ID: "1",
  };
  expect(Object.fromEntries(baseVariables(container))).toEqual({
    PATH: "/bin",
    HOME: "/home/cnb",
    http_proxy: "p",
    CNB_STACK_ID: "s",
  });
});

test.for<[string, boolean, Vars]>([
  ["user, then operator, then contract", false, { A: "user", B: "operator", CNB_LAYERS_DIR: "/layers/x" }],
  ["clear-env hides the user's variables only", true, { A: "base", B: "operator", CNB_LAYERS_DIR: "/layers/x" }],
])("one execution sees: %s", ([, clearEnv, expected]) => {
  const inputs = {
    platform: map({ A: "user" }),
    operator: map({ A: "lost", B: "operator" }),
    clearEnv,
    contract: { CNB_LAYERS_DIR: "/layers/x" },
  };
  expect(executionEnv(map({ A: "base" }), inputs)).toEqual(expected);
});
