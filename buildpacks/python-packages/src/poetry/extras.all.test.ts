import { expect, test } from "vitest";
import { builder, outcomeOf } from "../test-cases.ts";
import { packageIndex } from "../test-index.ts";

const app = {
  "pyproject.toml": `[project]
name = "app"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = ["itsdangerous==2.2.0"]
[project.optional-dependencies]
signals = ["blinker==1.9.0"]
settings = ["iniconfig==2.1.0"]
[tool.poetry]
package-mode = false
`,
};

test("Poetry installs the extras that BP_PYTHON_EXTRAS names", { timeout: 600_000 }, async () => {
  const build = await builder({ PIP_INDEX_URL: await packageIndex() });
  const packages = ["blinker-1.9.0", "itsdangerous-2.2.0"];
  expect(outcomeOf(await build(app, { BP_PYTHON_EXTRAS: "signals" }), app)).toEqual({ packages, added: [] });
});
