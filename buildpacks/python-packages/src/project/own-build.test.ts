import { parseToml } from "libcnb/spec";
import { expect, test } from "vitest";
import { hasOwnBuild } from "./own-build.ts";

const backend = (name: string): string => `[build-system]\nbuild-backend = "${name}"\n`;

const manifests: readonly (readonly [title: string, toml: string, own: boolean])[] = [
  ["uv's backend", backend("uv_build"), false],
  ["hatchling", backend("hatchling.build"), false],
  ["hatchling with hooks", `${backend("hatchling.build")}[tool.hatch.build.targets.wheel.hooks.custom]\n`, true],
  ["hatchling with a version of git", `[project]\ndynamic = ["version"]\n${backend("hatchling.build")}`, true],
  ["PDM's backend", backend("pdm.backend"), false],
  ["PDM's backend with setuptools", `${backend("pdm.backend")}[tool.pdm.build]\nrun-setuptools = true\n`, true],
  ["Poetry's backend", backend("poetry.core.masonry.api"), false],
  [
    "Poetry's backend with a script",
    `${backend("poetry.core.masonry.api")}[tool.poetry.build]\nscript = "b.py"\n`,
    true,
  ],
  ["setuptools", backend("setuptools.build_meta"), false],
  [
    "setuptools with extensions",
    `${backend("setuptools.build_meta")}[[tool.setuptools.ext-modules]]\nname = "x"\n`,
    true,
  ],
  ["nothing said: setuptools", "", false],
  ["a backend that compiles", backend("maturin"), true],
  ["a backend of the app itself", `${backend("uv_build")}backend-path = ["."]\n`, true],
];
test.each(manifests)("the project's own build: %s", (_, toml, own) => {
  expect(hasOwnBuild({ table: parseToml(toml, "pyproject.toml"), hasSetupPy: false })).toBe(own);
});

test("a project with a setup.py always has its own build", () => {
  expect(hasOwnBuild({ table: {}, hasSetupPy: true })).toBe(true);
});
