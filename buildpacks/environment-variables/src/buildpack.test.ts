import "libcnb/testing/vitest";
import { resolve } from "node:path";
import { build, buildFailure, detect, rebuild } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import environmentVariables from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
type Env = Readonly<Record<string, string>>;

test.for<[Env, string]>([
  [{ BPE_GREETING: "hello" }, "pass"],
  [{ BPE_DELIM_PATH: ":" }, "pass"],
  [{ BPE: "x", BP_X: "y" }, "fail"],
])("detect with the environment variables %j returns %s", async ([env, outcome]) => {
  expect(await detect(environmentVariables, { buildpack, env })).toMatchObject({ outcome });
});

test("detect passes with variables that the platform's operator sets", async () => {
  const outcome = await detect(environmentVariables, { buildpack, operatorEnv: { BPE_DEFAULT_TZ: "UTC" } });
  expect(outcome).toPass();
});

type PrintedVariables = Readonly<Record<string, Readonly<Record<string, string>>>>;

describe("the layer's environment files contain", () => {
  test.for<[string, Env, PrintedVariables]>([
    ["an override for BPE_NAME", { BPE_GREETING: "hello" }, { GREETING: { override: "hello" } }],
    ["an override for BPE_OVERRIDE_NAME", { BPE_OVERRIDE_GREETING: "hello" }, { GREETING: { override: "hello" } }],
    [
      "the value of BPE_OVERRIDE_NAME rather than that of BPE_NAME",
      { BPE_A: "1", BPE_OVERRIDE_A: "2" },
      { A: { override: "2" } },
    ],
    ["a default for BPE_DEFAULT_NAME", { BPE_DEFAULT_TZ: "UTC" }, { TZ: { default: "UTC" } }],
    ["an appended value for BPE_APPEND_NAME", { BPE_APPEND_OPTS: "-b" }, { OPTS: { append: "-b", delim: "" } }],
    [
      "the delimiter of BPE_DELIM_NAME",
      { BPE_APPEND_OPTS: "-b", BPE_DELIM_OPTS: " " },
      { OPTS: { append: "-b", delim: " " } },
    ],
    [
      "a prepended value for BPE_PREPEND_NAME",
      { BPE_PREPEND_P: "/x", BPE_DELIM_P: ":" },
      { P: { prepend: "/x", delim: ":" } },
    ],
    [
      "both a prepended and an appended value",
      { BPE_PREPEND_P: "a", BPE_APPEND_P: "c", BPE_DELIM_P: "." },
      { P: { prepend: "a", append: "c", delim: "." } },
    ],
    [
      "an appended value rather than a default",
      { BPE_APPEND_P: "c", BPE_DEFAULT_P: "d" },
      { P: { append: "c", delim: "" } },
    ],
    [
      "variables whose names start like prefixes, such as APPEND_P",
      { BPE_OVERRIDE_APPEND_P: "1", BPE_BPE_X: "2" },
      { APPEND_P: { override: "1" }, BPE_X: { override: "2" } },
    ],
    ["values with line ends", { BPE_TEXT: "a\nb\n" }, { TEXT: { override: "a\nb\n" } }],
  ])("%s", async ([, env, expected]) => {
    const { parsed } = await build(environmentVariables, { buildpack, env });
    const { types, env: said } = parsed.layers["environment-variables"] ?? {};
    expect([types, said]).toEqual([
      { build: false, cache: false, launch: true },
      { shared: {}, build: {}, launch: expected, process: {} },
    ]);
  });
});

test("the log shows the names of variables, but not their values", async () => {
  const { log } = await build(environmentVariables, {
    buildpack,
    env: { BPE_API_TOKEN: "s3cret", BPE_DEFAULT_TZ: "UTC", BPE_DELIM_TZ: "/" },
  });
  expect(log).toEqual([
    "Setting API_TOKEN in the container",
    "Setting a default for TZ in the container",
    "BPE_DELIM_TZ has no effect without BPE_APPEND_TZ or BPE_PREPEND_TZ",
  ]);
});

test("a changed value changes the layer's environment", async () => {
  const first = await build(environmentVariables, { buildpack, env: { BPE_A: "1" } });
  const next = await rebuild(environmentVariables, first, { env: { BPE_A: "2" } });
  expect(next).toHaveLayer("environment-variables", { types: ["launch"] });
  expect(next.parsed.layers["environment-variables"]?.env.launch).toEqual({ A: { override: "2" } });
});

test("an error lists all variables whose names are invalid", async () => {
  const env = { "BPE_a-b": "1", BPE_APPEND_: "2", BPE_CNB_APP_DIR: "3", BPE_OK: "4" };
  expect((await buildFailure(environmentVariables, { buildpack, env })).error).toMatchObject({
    code: "ENVIRONMENT_VARIABLE_INVALID",
    message:
      "in BPE_APPEND_, BPE_CNB_APP_DIR, BPE_a-b, the text after the prefix is not a valid name of an environment variable",
  });
});
