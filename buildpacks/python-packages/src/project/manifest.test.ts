import { parseToml } from "libcnb/spec";
import { expect, test } from "vitest";
import { decisiveText } from "./manifest.ts";

const table = parseToml(
  `[project]
name = "web"
version = "1.0.0"
description = "An app"
dependencies = ["flask"]
[dependency-groups]
dev = ["pytest"]
[build-system]
requires = ["hatchling"]
[tool.ruff]
line-length = 100
[tool.hatch.build]
packages = ["src/web"]
[tool.uv]
no-binary-package = ["six"]
[[tool.uv.index]]
name = "own"
url = "https://user:s3cret@index.test/simple"
`,
  "pyproject.toml",
);
const uv = { "no-binary-package": ["six"], index: [{ name: "own" }] };

test("the cache key of a project that is not installed itself has its dependencies", () => {
  const manifest = { dir: "", table, isInstalled: false, setupCfg: "", hasSetupPy: false };
  expect(JSON.parse(decisiveText([manifest], "uv"))).toEqual([
    ["", { project: { dependencies: ["flask"] }, groups: { dev: ["pytest"] }, tool: { uv } }, ""],
  ]);
});

test("the cache key of a project that is installed itself has all metadata and the build settings", () => {
  const manifest = { dir: "web", table, isInstalled: true, setupCfg: "[options]", hasSetupPy: false };
  expect(JSON.parse(decisiveText([manifest], "uv"))).toEqual([
    [
      "web",
      {
        project: table["project"],
        groups: { dev: ["pytest"] },
        "build-system": { requires: ["hatchling"] },
        tool: { hatch: { build: { packages: ["src/web"] } }, uv },
      },
      "[options]",
    ],
  ]);
});
