import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testPython } from "../test-python.ts";
import { lock, withUv } from "./lock.ts";

const locked = readFileSync(join(import.meta.dirname, "../uv/requirements.txt"), "utf8");

test("uv locks a package with the digests of all its files", { timeout: 120_000 }, async () => {
  expect(await withUv(`${await testPython()}/bin/python3`, locked, (uv) => lock(uv, "itsdangerous==2.2.0"))).toBe(
    [
      "itsdangerous==2.2.0 \\",
      "    --hash=sha256:c6242fc49e35958c8b15141343aa660db5fc54d4f13a1db01a3f5891b98700ef \\",
      "    --hash=sha256:e0050c0b7da1eea53ffaf149c0cfbb5c6e2e2b69c4bef22c81fa6eb73e5f6173",
      "",
    ].join("\n"),
  );
});
