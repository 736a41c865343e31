import { parseToml } from "libcnb/spec";
import { expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { decisiveText, jsonText } from "./manifest.ts";

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

test("the cache key of a project that is not installed as a package contains its dependencies, but not its other metadata", () => {
  const manifest = { dir: "", table, isInstalled: false, setupCfg: "", hasSetupPy: false };
  expect(JSON.parse(decisiveText([manifest], "uv"))).toEqual([
    ["", { project: { dependencies: ["flask"] }, groups: { dev: ["pytest"] }, tool: { uv } }, ""],
  ]);
});

test("the cache key of a project that is installed as a package contains all metadata and the build settings", () => {
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

test("TOML values that JSON does not have are converted to strings in a cache key", async () => {
  const file = "a = 9223372036854775807\nb = 1\nc = inf\nd = [1979-05-27]\ne = true\n";
  const table = await inApp({ "a.toml": file }, (app) => app.readToml("a.toml"));
  const change = (key: string, value: unknown) => (key === "e" ? undefined : value);
  expect(jsonText(table, change)).toBe('{"a":"9223372036854775807","b":1,"c":null,"d":["1979-05-27"]}');
});
