import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { inCopyOf, npmIn } from "../test-machine.ts";
import { pruneDevelopment, readHiddenLockfile } from "./prune.ts";

const expressService = resolve(import.meta.dirname, "../../../../test/fixtures/apps/express-service");

test("the pruned tree has the files that npm prune --omit=dev leaves", async () => {
  await inCopyOf(expressService, async (dir) => {
    await npmIn(dir, "ci", "--no-audit", "--no-fund");
    await inCopyOf(dir, async (other) => {
      await npmIn(other, "prune", "--omit=dev", "--no-audit", "--no-fund");
      await pruneDevelopment(dir, await readHiddenLockfile(dir));
      expect(await filesIn(dir)).toEqual(await filesIn(other));
      expect(await readHiddenLockfile(dir)).toEqual(await readHiddenLockfile(other));
    });
  });
});

/** Without folders: npm leaves empty ones behind, this buildpack does not. */
async function filesIn(dir: string): Promise<readonly string[]> {
  const entries = await readdir(join(dir, "node_modules"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(dir.length)).toSorted();
}
