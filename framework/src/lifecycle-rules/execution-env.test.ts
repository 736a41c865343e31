import { expect, test } from "vitest";
import { executionEnv } from "./execution-env.ts";

const map = (files: Readonly<Record<string, string>>) => new Map(Object.entries(files));

test.for<[string, boolean, Readonly<Record<string, string>>]>([
  [
    "variables of the user, overridden by the operator's and the specification's",
    false,
    { A: "user", B: "operator", CNB_LAYERS_DIR: "/layers/x" },
  ],
  [
    "the operator's but not the user's variables with clear-env",
    true,
    { A: "base", B: "operator", CNB_LAYERS_DIR: "/layers/x" },
  ],
])("the environment of a buildpack's executable contains %s", ([, clearEnv, expected]) => {
  const inputs = {
    platform: map({ A: "user", CNB_LAYERS_DIR: "/mine" }),
    operator: map({ A: "lost", B: "operator" }),
    clearEnv,
    contract: { CNB_LAYERS_DIR: "/layers/x" },
  };
  expect(executionEnv({ A: "base", CNB_LAYERS_DIR: "/base" }, inputs)).toEqual(expected);
});
