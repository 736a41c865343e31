import { resolve } from "node:path";
import "libcnb/testing/vitest";
import { build, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "../buildpack.ts";
import { outcomeOf } from "../test-cases.ts";
import { pythonEnv } from "../test-python.ts";

/** A platform's cache that lacks some files, and has other bytes in the remaining ones. */
const harmed = (layers: FileMap, gone: RegExp, spoilt: RegExp): FileMap =>
  Object.fromEntries(
    Object.entries(layers)
      .filter(([path]) => !gone.test(path))
      .map(([path, file]) => [path, spoilt.test(path) && !path.endsWith("/") ? "\0spoilt" : file]),
  );

test("an incomplete package manager in a cached layer is installed again, and a corrupted cache of the package manager is ignored", {
  timeout: 300_000,
}, async () => {
  const app = {
    "pyproject.toml":
      '[project]\nname = "web"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["itsdangerous==2.2.0"]\n[tool.uv]\n',
  };
  const given = { buildpack: resolve(import.meta.dirname, "../.."), app, downloads: "real" } as const;
  const env = { ...(await pythonEnv()), BP_PYTHON_ALWAYS_INSTALL: "true" };
  const first = await build(buildpack, { ...given, env });
  const layers = harmed(first.layers, /^uv\/tool\/bin\//, /^cache\//);
  const next = await build(buildpack, { ...given, env, layers });
  expect(outcomeOf(next, app)).toEqual({ packages: ["itsdangerous-2.2.0"], added: [] });
  expect(next.layers["uv/bin/uv"]).toBe(first.layers["uv/bin/uv"]);
});
