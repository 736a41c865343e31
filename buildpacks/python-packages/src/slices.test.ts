import { expect, test } from "vitest";
import { slicesOf } from "./slices.ts";
import { inApp } from "./test-app.ts";

test("large folders of the app and of the project are slices, with names that are no patterns", async () => {
  const large = "x".repeat(1_000_001);
  const files = { "models/a.bin": large, "api/[static]/a.png": large, "api/src/app.py": "", "large.bin": large };
  expect(await inApp(files, async (app) => slicesOf(app, "api"))).toEqual([["api/\\[static\\]"], ["models"]]);
});
