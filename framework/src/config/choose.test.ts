import { expect, test } from "vitest";
import { parseConfigurations } from "../spec/configurations.ts";
import { type ConfigSources, chooseValues } from "./choose.ts";

const declared = parseConfigurations({ configurations: [{ name: "BP_A", default: "preset" }] }, "buildpack.toml");
const bare = parseConfigurations({ configurations: [{ name: "BP_A", default: "" }] }, "buildpack.toml");

test.for<[string, Partial<ConfigSources>, { readonly text: string | undefined; readonly source: string }]>([
  ["has its default if no source sets the variable", {}, { text: "preset", source: "default" }],
  [
    "has the user's value if only the user sets the variable",
    { env: { BP_A: "user" }, platformEnv: { BP_A: "user" } },
    { text: "user", source: "user" },
  ],
  [
    "has the builder's value if only the builder sets the variable",
    { env: { BP_A: "builder" } },
    { text: "builder", source: "environment" },
  ],
  [
    "has the builder's value rather than the user's value",
    { env: { BP_A: "builder" }, platformEnv: { BP_A: "user" } },
    { text: "builder", source: "environment" },
  ],
  [
    "has its default if the builder's value is empty",
    { env: { BP_A: "" }, platformEnv: { BP_A: "user" } },
    { text: "preset", source: "default" },
  ],
  [
    "has the user's value if the buildpack has clear-env",
    { platformEnv: { BP_A: "user" }, clearEnv: true },
    { text: "user", source: "user" },
  ],
  [
    "has the user's value rather than an earlier buildpack's value if the buildpack has clear-env",
    { env: { BP_A: "buildpack" }, platformEnv: { BP_A: "user" }, clearEnv: true },
    { text: "user", source: "user" },
  ],
  [
    "has its default if all values are empty",
    { env: { BP_A: "" }, platformEnv: { BP_A: "" } },
    { text: "preset", source: "default" },
  ],
  ["has its default if the value is only a line break", { env: { BP_A: "\n" } }, { text: "preset", source: "default" }],
  ["loses the line break at the end of its value", { env: { BP_A: " a\r\n" } }, { text: " a", source: "environment" }],
  ["keeps spaces around its value", { env: { BP_A: " a " } }, { text: " a ", source: "environment" }],
])("a configuration variable %s", ([, sources, expected]) => {
  const [chosen] = chooseValues(declared, { env: {}, platformEnv: {}, clearEnv: false, ...sources });
  expect(chosen).toEqual({ configuration: declared[0], ...expected });
});

test("an unset configuration variable has no value if its default is missing or empty, even if its name is constructor", () => {
  const named = parseConfigurations({ configurations: [{ name: "constructor" }] }, "buildpack.toml");
  const sources = { env: {}, platformEnv: {}, clearEnv: false };
  expect(chooseValues(bare, sources)).toMatchObject([{ text: undefined, source: "none" }]);
  expect(chooseValues(named, sources)).toMatchObject([{ text: undefined, source: "none" }]);
});
