import { expect, test } from "vitest";
import { defineBuildpack } from "../buildpack.ts";
import { pass } from "../detect.ts";
import { defineExecD } from "../exec-d/definition.ts";
import { temporaryLayer } from "../layer/definition.ts";
import { build } from "../testing/build.ts";
import { inTemporaryDirectory } from "./files/temporary-directory.ts";
import { writeFileMap } from "./files/tree.ts";
import { readCompiled } from "./program.ts";

test.for<[string, Record<string, string>, string]>([
  ["no programs", {}, `the buildpack's package has no compiled exec.d program "limits"`],
  [
    "other programs",
    { "exec.d/port": "x", "exec.d/LICENSES.txt": "x" },
    `the buildpack's package has no compiled exec.d program "limits"; it has port`,
  ],
])("a missing compiled exec.d program is reported for a package with %s", async ([, files, message]) => {
  await inTemporaryDirectory(async (dir) => {
    await writeFileMap(dir, files);
    await expect(readCompiled(dir, "limits")).rejects.toThrow(
      expect.objectContaining({
        code: "EXEC_D_NOT_COMPILED",
        message,
        hint: expect.stringContaining("src/exec.d/limits.ts"),
      }),
    );
  });
});

test("build() of libcnb/testing lists exec.d programs in TypeScript without compiling them", async () => {
  const limits = defineExecD("limits", () => ({ A: "1" }));
  const helpers = temporaryLayer("helpers", { build: false, launch: true });
  const buildpack = defineBuildpack({
    detect: () => pass(),
    async build({ layers }) {
      await layers.provide(helpers, {
        create() {},
        execD: () => ({ shared: { limits }, process: { web: { own: limits } } }),
      });
      return {};
    },
  });
  const { parsed } = await build(buildpack);
  expect(parsed.layers.helpers?.execD).toEqual(["00-limits", "web/00-own"]);
});
