import { mkdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { defineBuildpack, pass } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { withoutTraces } from "./traces.ts";

test("what setuptools and PDM note beside the code goes, what was there before and all else stays", async () => {
  const reader = defineBuildpack({
    detect: async () => pass(),
    async build({ app }) {
      await withoutTraces(app, ["", "libs/core"], async () => {
        for (const dir of ["web.egg-info", "libs/core/src/core.egg-info", "libs/core/.pdm-build", "src/web/new"]) {
          await mkdir(app.path(dir), { recursive: true });
          await writeFile(app.path(dir, "note"), "");
        }
      });
      return {};
    },
  });
  const app = { "src/old.egg-info/PKG-INFO": "", "src/web/app.py": "", "libs/core/src/core/core.py": "" };
  const outcome = await build(reader, { buildpack: resolve(import.meta.dirname, "../.."), app });
  expect(outcome.app).toEqual({ ...app, "src/web/new/note": "" });
});
