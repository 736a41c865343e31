import { defineBuildpack, override, pass, temporaryLayer } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { pathsWith } from "./test-outcome.ts";

test("the test helper pathsWith() finds a text in files of the app and of layers, even in binary files", async () => {
  const buildpack = defineBuildpack({
    detect: () => pass(),
    async build({ layers }) {
      await layers.provide(temporaryLayer("tools", { build: true, launch: false }), {
        create() {},
        env: () => ({ shared: { TOKEN: override("s3cret") } }),
      });
    },
  });
  const app = { "a.bin": Buffer.from("\u{ff}s3cret\0", "latin1"), "b.txt": "secret" };
  expect(pathsWith("s3cret", await build(buildpack, { app }))).toEqual(["a.bin", "tools/env/TOKEN.override"]);
});
