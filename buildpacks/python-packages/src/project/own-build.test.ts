import { parseToml } from "libcnb/spec";
import { expect, test } from "vitest";
import { hasOwnBuild } from "./manifest.ts";

const backend = (name: string): string => `[build-system]\nbuild-backend = "${name}"\n`;

const manifests: readonly (readonly [title: string, toml: string, own: boolean])[] = [
  ["is absent with uv's backend", backend("uv_build"), false],
  ["is absent with hatchling", backend("hatchling.build"), false],
  [
    "exists with hatchling and hooks",
    `${backend("hatchling.build")}[tool.hatch.build.targets.wheel.hooks.custom]\n`,
    true,
  ],
  [
    "exists with hatchling and a version from git",
    `[project]\ndynamic = ["version"]\n${backend("hatchling.build")}`,
    true,
  ],
  ["is absent with PDM's backend", backend("pdm.backend"), false],
  [
    "exists with PDM's backend that runs setuptools",
    `${backend("pdm.backend")}[tool.pdm.build]\nrun-setuptools = true\n`,
    true,
  ],
  ["is absent with Poetry's backend", backend("poetry.core.masonry.api"), false],
  [
    "exists with Poetry's backend and a build script",
    `${backend("poetry.core.masonry.api")}[tool.poetry.build]\nscript = "b.py"\n`,
    true,
  ],
  ["is absent with setuptools", backend("setuptools.build_meta"), false],
  [
    "exists with setuptools and extension modules",
    `${backend("setuptools.build_meta")}[[tool.setuptools.ext-modules]]\nname = "x"\n`,
    true,
  ],
  ["is absent without [build-system], which means setuptools", "", false],
  ["exists with a backend that compiles", backend("maturin"), true],
  ["exists with a backend in the app's directory", `${backend("uv_build")}backend-path = ["."]\n`, true],
];
test.each(manifests)(
  "the check whether a project has its own build code gives the expected result: build code %s",
  (_, toml, own) => {
    expect(hasOwnBuild({ table: parseToml(toml, "pyproject.toml"), hasSetupPy: false })).toBe(own);
  },
);

test("a project with a setup.py is recognized as having build code of its own", () => {
  expect(hasOwnBuild({ table: {}, hasSetupPy: true })).toBe(true);
});
