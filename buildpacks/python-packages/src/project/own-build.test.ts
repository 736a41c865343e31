import { parseToml } from "libcnb/spec";
import { expect, test } from "vitest";
import { hasOwnBuild } from "./manifest.ts";

const backend = (name: string): string => `[build-system]\nbuild-backend = "${name}"\n`;

const manifests: readonly (readonly [title: string, toml: string, own: boolean])[] = [
  ["returns false for uv's backend", backend("uv_build"), false],
  ["returns false for hatchling", backend("hatchling.build"), false],
  [
    "returns true for hatchling with hooks",
    `${backend("hatchling.build")}[tool.hatch.build.targets.wheel.hooks.custom]\n`,
    true,
  ],
  [
    "returns true for hatchling with a version from git",
    `[project]\ndynamic = ["version"]\n${backend("hatchling.build")}`,
    true,
  ],
  ["returns false for PDM's backend", backend("pdm.backend"), false],
  [
    "returns true for PDM's backend if it runs setuptools",
    `${backend("pdm.backend")}[tool.pdm.build]\nrun-setuptools = true\n`,
    true,
  ],
  ["returns false for Poetry's backend", backend("poetry.core.masonry.api"), false],
  [
    "returns true for Poetry's backend with a build script",
    `${backend("poetry.core.masonry.api")}[tool.poetry.build]\nscript = "b.py"\n`,
    true,
  ],
  ["returns false for setuptools", backend("setuptools.build_meta"), false],
  [
    "returns true for setuptools with extension modules",
    `${backend("setuptools.build_meta")}[[tool.setuptools.ext-modules]]\nname = "x"\n`,
    true,
  ],
  ["returns false without [build-system], because setuptools is the default", "", false],
  ["returns true for a backend that compiles native code", backend("maturin"), true],
  ["returns true for a backend in the app's directory", `${backend("uv_build")}backend-path = ["."]\n`, true],
];
test.each(manifests)("the check for custom build code in a Python project %s", (_, toml, own) => {
  expect(hasOwnBuild({ table: parseToml(toml, "pyproject.toml"), hasSetupPy: false })).toBe(own);
});

test("a project with a setup.py is recognized as having build code of its own", () => {
  expect(hasOwnBuild({ table: {}, hasSetupPy: true })).toBe(true);
});
