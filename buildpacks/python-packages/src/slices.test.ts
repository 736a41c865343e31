import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { slicesOf } from "./build.ts";
import { inApp } from "./test-app.ts";

test("large directories of the app and the project become slices, with wildcards in their names escaped", async () => {
  const large = "x".repeat(1_000_001);
  const files = { "models/a.bin": large, "api/[static]/a.png": large, "api/src/app.py": "", "large.bin": large };
  expect(await inApp(files, async (app) => slicesOf(app, "api"))).toEqual([["api/\\[static\\]"], ["models"]]);
});

test("files and directories whose names are not UTF-8 become part of no slice and cause no error", async () => {
  const named = (dir: string) => Buffer.concat([Buffer.from(`${dir}/`), Buffer.of(0xe9)]);
  const slices = await inApp({ "models/a.bin": "x".repeat(1_000_001) }, async (app) => {
    const [file, folder] = [named(app.path("models")), named(app.dir)];
    writeFileSync(file, "x");
    mkdirSync(folder);
    try {
      return slicesOf(app, "");
    } finally {
      for (const path of [file, folder]) rmSync(path, { recursive: true });
    }
  });
  expect(slices).toEqual([["models"]]);
});
