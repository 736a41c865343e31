import { resolve } from "node:path";
import { build, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "../buildpack.ts";
import { pythonEnv } from "../test-python.ts";

const dir = resolve(import.meta.dirname, "../..");
const project = (more: string): FileMap => ({
  "pyproject.toml": `[project]\nname = "app"\nversion = "1.0.0"\nrequires-python = ">=3.10"\n${more}`,
});

test.for<[string, string, string, RegExp, FileMap]>([
  ["BP_PIP_VERSION", "pip", "25.1", /^25\.1/, { "requirements.txt": "" }],
  ["BP_UV_VERSION", "uv", "0.9.5", /^0\.9\.5$/, project("[tool.uv]\n")],
  ["BP_POETRY_VERSION", "poetry", ">=2.1,<2.2", /^2\.1\./, project("[tool.poetry]\npackage-mode = false\n")],
  ["BP_PIPENV_VERSION", "pipenv", "2025", /^2025\./, { Pipfile: "[packages]\n" }],
  ["BP_PDM_VERSION", "pdm", "2.26", /^2\.26\./, project("[tool.pdm]\ndistribution = false\n")],
])(
  "the environment variable %s selects the version of %s that installs the app, here by the request %j",
  { timeout: 300_000 },
  async ([name, tool, request, expected, app]) => {
    const env = { ...(await pythonEnv()), [name]: request };
    const { layers, log } = await build(buildpack, { buildpack: dir, app, env, downloads: "real" });
    const [version = ""] = Object.keys(layers).flatMap(
      (path) => new RegExp(`^${tool}/tool/lib/.*/${tool}-([^/]+)\\.dist-info/METADATA$`).exec(path)?.[1] ?? [],
    );
    expect(version).toMatch(expected);
    expect(log.filter((line) => line.includes(` ${version} (`))).toHaveLength(1);
  },
);
