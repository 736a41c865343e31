import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { useCache } from "./cache-dirs.ts";
import { endUses, noteMaking } from "./cache-use.ts";

test("a process unlocks its cache entries even if its marker file cannot be removed", async () => {
  const root = mkdtempSync(join(tmpdir(), "cache-use-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  useCache(root);
  await noteMaking(join(root, "rootfs/a"));
  const [mark = ""] = readdirSync(join(root, "running"));
  // Like a file on a file system that has become read-only, a directory is not removed by unlink(2).
  rmSync(join(root, "running", mark));
  mkdirSync(join(root, "running", mark));
  expect(endUses).not.toThrow();
  expect(endUses).not.toThrow();
});
