import { expect, test } from "vitest";
import { decodeConfigurations } from "../spec/configurations.ts";
import { type ConfigSources, chooseValues } from "./choose.ts";

const declared = decodeConfigurations({ configurations: [{ name: "BP_A", default: "preset" }] }, "buildpack.toml");
const bare = decodeConfigurations({ configurations: [{ name: "BP_A", default: "" }] }, "buildpack.toml");

test.for<[string, Partial<ConfigSources>, { readonly text: string | undefined; readonly source: string }]>([
  ["nobody", {}, { text: "preset", source: "default" }],
  ["the user", { env: { BP_A: "user" }, platformEnv: { BP_A: "user" } }, { text: "user", source: "user" }],
  ["the builder", { env: { BP_A: "builder" } }, { text: "builder", source: "environment" }],
  [
    "the builder over the user",
    { env: { BP_A: "builder" }, platformEnv: { BP_A: "user" } },
    { text: "builder", source: "environment" },
  ],
  [
    "the builder, to nothing",
    { env: { BP_A: "" }, platformEnv: { BP_A: "user" } },
    { text: "preset", source: "default" },
  ],
  ["the user, with clear-env", { platformEnv: { BP_A: "user" }, clearEnv: true }, { text: "user", source: "user" }],
  [
    "the user over a buildpack, with clear-env",
    { env: { BP_A: "buildpack" }, platformEnv: { BP_A: "user" }, clearEnv: true },
    { text: "user", source: "user" },
  ],
  ["nothing", { env: { BP_A: "" }, platformEnv: { BP_A: "" } }, { text: "preset", source: "default" }],
  ["a line end", { env: { BP_A: "\n" } }, { text: "preset", source: "default" }],
  ["a file that ends with a line end", { env: { BP_A: " a\r\n" } }, { text: " a", source: "environment" }],
  ["spaces", { env: { BP_A: " a " } }, { text: " a ", source: "environment" }],
])("the value set by %s takes precedence", ([, sources, expected]) => {
  const [chosen] = chooseValues(declared, { env: {}, platformEnv: {}, clearEnv: false, ...sources });
  expect(chosen).toEqual({ configuration: declared[0], ...expected });
});

test("an empty default counts as unset, and inherited properties are ignored", () => {
  const named = decodeConfigurations({ configurations: [{ name: "constructor" }] }, "buildpack.toml");
  const sources = { env: {}, platformEnv: {}, clearEnv: false };
  expect(chooseValues(bare, sources)).toMatchObject([{ text: undefined, source: "none" }]);
  expect(chooseValues(named, sources)).toMatchObject([{ text: undefined, source: "none" }]);
});
