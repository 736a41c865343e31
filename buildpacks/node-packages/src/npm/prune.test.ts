// @needs processes
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { writeFiles } from "libcnb/testing";
import { expect, test } from "vitest";
import { inCopyOf, npmIn } from "../test-machine.ts";
import { pruneDevelopment, readHiddenLockfile } from "./npm.ts";

const expressService = resolve(import.meta.dirname, "../../../../test/fixtures/apps/express-service");
const quiet = ["--no-audit", "--no-fund"];

test("pruning leaves the same files as npm prune --omit=dev", async () => {
  const dir = await mkdtemp(join(tmpdir(), "libcnb-prune-"));
  try {
    await writeFiles(dir, {
      "package.json": JSON.stringify({
        name: "app",
        dependencies: { debug: "4.3.4", mkdirp: "3.0.1" },
        devDependencies: { "is-odd": "3.0.1", semver: "7.7.2" }, // with a command in node_modules/.bin
      }),
    });
    await npmIn(dir, "install", ...quiet);
    await expectPrunedAsByNpm(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

if (process.env.LIBCNB_TEST_ALL === "1") {
  test("pruning a larger app leaves the same files as npm prune --omit=dev", async () => {
    await inCopyOf(expressService, async (dir) => {
      await npmIn(dir, "ci", ...quiet);
      await expectPrunedAsByNpm(dir);
    });
  });
}

async function expectPrunedAsByNpm(dir: string): Promise<void> {
  await inCopyOf(dir, async (other) => {
    await npmIn(other, "prune", "--omit=dev", ...quiet);
    await pruneDevelopment(dir, await readHiddenLockfile(dir));
    expect(await filesIn(dir)).toEqual(await filesIn(other));
    expect(await packagesIn(dir)).toEqual(await packagesIn(other));
  });
}

/** In npm's record; ours has no addresses of registries, and those of mirrors vary. */
const packagesIn = async (dir: string): Promise<readonly string[]> =>
  Object.keys(((await readHiddenLockfile(dir)) as { readonly packages: object }).packages);

/** Without directories: npm leaves empty ones behind, this buildpack does not. */
async function filesIn(dir: string): Promise<readonly string[]> {
  const entries = await readdir(join(dir, "node_modules"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(dir.length)).toSorted();
}
