import { resolve } from "node:path";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "../buildpack.ts";
import { pythonEnv } from "../test-python.ts";

const dir = resolve(import.meta.dirname, "../..");

test("the error of a failed installation shows the output of the package build that failed in pip", {
  timeout: 120_000,
}, async () => {
  const app = {
    "requirements.txt": "./broken\n",
    "broken/pyproject.toml":
      '[project]\nname = "broken"\nversion = "1"\n[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    "broken/backend.py":
      "def build_wheel(*_, **__):\n    print('compiling the first part', flush=True)\n    raise RuntimeError('the second part is missing')\n",
  };
  const built = build(buildpack, { buildpack: dir, downloads: "real", app, env: await pythonEnv() });
  await expect(built).rejects.toMatchObject({
    code: "PACKAGES_BUILD_FAILED",
    cause: expect.stringMatching(/compiling the first part\n(?:.*\n)*.*RuntimeError: the second part is missing$/),
  });
});
