import { expect, test } from "vitest";
import { executionEnv } from "./execution-env.ts";

const map = (files: Readonly<Record<string, string>>) => new Map(Object.entries(files));

test.for<[string, boolean, Readonly<Record<string, string>>]>([
  ["user, then operator, then contract", false, { A: "user", B: "operator", CNB_LAYERS_DIR: "/layers/x" }],
  ["clear-env hides the user's variables only", true, { A: "base", B: "operator", CNB_LAYERS_DIR: "/layers/x" }],
])("an execution environment contains: %s", ([, clearEnv, expected]) => {
  const inputs = {
    platform: map({ A: "user", CNB_LAYERS_DIR: "/mine" }),
    operator: map({ A: "lost", B: "operator" }),
    clearEnv,
    contract: { CNB_LAYERS_DIR: "/layers/x" },
  };
  expect(executionEnv({ A: "base", CNB_LAYERS_DIR: "/base" }, inputs)).toEqual(expected);
});
