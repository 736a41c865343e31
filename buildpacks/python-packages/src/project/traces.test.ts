import { mkdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { defineBuildpack, pass } from "libcnb";
import { build, type FileMap, writeFiles } from "libcnb/testing";
import { expect, test } from "vitest";
import { withoutTraces } from "./traces.ts";

/** The files of an app after some were made in it. */
async function left(
  app: FileMap,
  made: readonly string[],
  dirs: readonly string[],
  copied: readonly string[],
): Promise<FileMap> {
  const reader = defineBuildpack({
    detect: async () => pass(),
    async build({ app }) {
      const act = () => writeFiles(app.dir, Object.fromEntries(made.map((path) => [path, ""])));
      await withoutTraces(app, dirs, act, copied);
      return {};
    },
  });
  return (await build(reader, { app })).app;
}

test("files that an installation creates in a copied package's directory are removed, except in directories that the virtual environment links to", async () => {
  const app = { "lib/a.py": "", "web/a.py": "" };
  const made = ["lib/build/lib/a.py", "lib/a.egg-info/PKG-INFO", "lib/core/a.so", "web/a.so", "a.py"];
  const kept = { "lib/core/a.so": "", "web/a.so": "", "a.py": "" };
  expect(await left(app, made, ["", "lib/core"], ["lib", "lib/a.py"])).toEqual({ ...app, ...kept });
  expect(await left(app, made, ["web", ""], [""])).toEqual({ ...app, "web/a.so": "" });
});

test("metadata directories that setuptools and PDM create during an installation are removed, and existing ones are kept", async () => {
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
