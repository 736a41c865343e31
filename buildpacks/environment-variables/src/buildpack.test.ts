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
])("%j: detection is a %s", async ([env, outcome]) => {
  expect(await detect(environmentVariables, { buildpack, env })).toMatchObject({ outcome });
});

test("the builder's operator can set variables", async () => {
  const outcome = await detect(environmentVariables, { buildpack, operatorEnv: { BPE_DEFAULT_TZ: "UTC" } });
  expect(outcome).toPass();
});

type Printed = Readonly<Record<string, Readonly<Record<string, string>>>>;

describe("the layer's environment files contain", () => {
  test.for<[string, Env, Printed]>([
    ["a value", { BPE_GREETING: "hello" }, { GREETING: { override: "hello" } }],
    ["the same by the long name", { BPE_OVERRIDE_GREETING: "hello" }, { GREETING: { override: "hello" } }],
    ["the value of the longer name of two", { BPE_A: "1", BPE_OVERRIDE_A: "2" }, { A: { override: "2" } }],
    ["a default", { BPE_DEFAULT_TZ: "UTC" }, { TZ: { default: "UTC" } }],
    ["what comes behind", { BPE_APPEND_OPTS: "-b" }, { OPTS: { append: "-b", delim: "" } }],
    ["a delimiter", { BPE_APPEND_OPTS: "-b", BPE_DELIM_OPTS: " " }, { OPTS: { append: "-b", delim: " " } }],
    ["what comes in front", { BPE_PREPEND_P: "/x", BPE_DELIM_P: ":" }, { P: { prepend: "/x", delim: ":" } }],
    [
      "both",
      { BPE_PREPEND_P: "a", BPE_APPEND_P: "c", BPE_DELIM_P: "." },
      { P: { prepend: "a", append: "c", delim: "." } },
    ],
    [
      "what is appended rather than the default",
      { BPE_APPEND_P: "c", BPE_DEFAULT_P: "d" },
      { P: { append: "c", delim: "" } },
    ],
    [
      "names that look like prefixes",
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

test("the log shows names, but not values", async () => {
  const { log } = await build(environmentVariables, {
    buildpack,
    env: { BPE_API_TOKEN: "s3cret", BPE_DEFAULT_TZ: "UTC", BPE_DELIM_TZ: "/" },
  });
  expect(log).toEqual([
    "API_TOKEN: is set in the container",
    "TZ: has a default in the container",
    "BPE_DELIM_TZ is not used: there is no BPE_APPEND_TZ and no BPE_PREPEND_TZ",
  ]);
});

test("a changed value changes the layer's environment", async () => {
  const first = await build(environmentVariables, { buildpack, env: { BPE_A: "1" } });
  const next = await rebuild(environmentVariables, first, { env: { BPE_A: "2" } });
  expect(next).toHaveLayer("environment-variables", { types: ["launch"] });
  expect(next.parsed.layers["environment-variables"]?.env.launch).toEqual({ A: { override: "2" } });
});

test("names that cannot be set are an error that lists them", async () => {
  const env = { "BPE_a-b": "1", BPE_APPEND_: "2", BPE_CNB_APP_DIR: "3", BPE_OK: "4" };
  expect((await buildFailure(environmentVariables, { buildpack, env })).error).toMatchObject({
    code: "ENVIRONMENT_VARIABLE_INVALID",
    message: "BPE_APPEND_, BPE_CNB_APP_DIR, BPE_a-b: no variable can be called so",
  });
});
