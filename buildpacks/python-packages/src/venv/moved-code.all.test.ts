import { rebuild } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "../buildpack.ts";
import { builder, outcomeOf } from "../test-cases.ts";

const project = (backend: string, requires: string) =>
  `[project]\nname = "shop"\nversion = "1.0.0"\n[build-system]\nrequires = ["${requires}"]\nbuild-backend = "${backend}"\n`;

test.for([
  ["setuptools.build_meta", "setuptools==80.9.0", "src"],
  ["setuptools.build_meta", "setuptools==80.9.0", "."],
  ["hatchling.build", "hatchling==1.27.0", "src"],
] as const)(
  "an editable installation with %s (%s) is rebuilt after the code moved out of the directory %s",
  { timeout: 300_000 },
  async ([backend, requires, folder]) => {
    const build = await builder({});
    const files = { "pyproject.toml": project(backend, requires) };
    const here = folder === "." ? "" : `${folder}/`;
    const app = { ...files, [`${here}shop/__init__.py`]: "" };
    const first = await build(app);
    expect(outcomeOf(first, app)).toEqual({ packages: ["shop-1.0.0"], added: [] });
    const moved = { ...files, [`${here === "" ? "src/" : ""}shop/__init__.py`]: "" };
    const next = await rebuild(buildpack, first, { app: moved });
    expect(next.log.filter((line) => line.startsWith("Installing dependencies"))).toEqual([
      expect.stringMatching(
        /^Installing dependencies \(the cached environment points to .*(?:src|shop), which no longer exists\)$/,
      ),
    ]);
    expect(outcomeOf(next, moved)).toEqual({ packages: ["shop-1.0.0"], added: [] });
  },
);
