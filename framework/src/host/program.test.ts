import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
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

describe("an exec.d program that a package stores as byte ranges of a shared file", () => {
  const sha256 = createHash("sha256").update("engine limits").digest("hex");
  const ranges = JSON.stringify({
    sha256,
    ranges: [
      [5, 7],
      [0, 4],
      [12, 2],
    ],
  });
  const shared = "limi.engine ts";

  test("is assembled from its byte ranges", async () => {
    await inTemporaryDirectory(async (dir) => {
      await writeFileMap(dir, { "exec.d/_limits.json": ranges, "exec.d/_shared": shared });
      expect(Buffer.from(await readCompiled(dir, "limits")).toString()).toBe("engine limits");
    });
  });

  test.for<[string, Record<string, string>]>([
    ["the shared file is missing", {}],
    ["the shared file is truncated", { "exec.d/_shared": shared.slice(0, -1) }],
    ["a byte of the shared file differs", { "exec.d/_shared": shared.replace("g", "h") }],
  ])("is refused if %s", async ([, files]) => {
    await inTemporaryDirectory(async (dir) => {
      await writeFileMap(dir, { "exec.d/_limits.json": ranges, ...files });
      await expect(readCompiled(dir, "limits")).rejects.toThrow(
        expect.objectContaining({
          code: "EXEC_D_INVALID",
          message: 'the exec.d program "limits" is damaged',
          hint: "Package the buildpack again with cnb buildpack package.",
        }),
      );
    });
  });

  test("is listed by its name if another program is missing", async () => {
    await inTemporaryDirectory(async (dir) => {
      await writeFileMap(dir, { "exec.d/_limits.json": ranges, "exec.d/_shared": shared, "exec.d/LICENSES.txt": "" });
      await expect(readCompiled(dir, "port")).rejects.toThrow(
        `the buildpack's package has no compiled exec.d program "port"; it has limits`,
      );
    });
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
