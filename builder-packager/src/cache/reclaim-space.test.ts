// @needs namespaces
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const program = join(import.meta.dirname, "../../../test/support/interrupted/cache-user.ts");

/**
 * Returns the remaining ones of seven 1 MiB entries on a disk of 8 MiB, if 4 MiB are requested and
 * some entries are in use.
 */
function reclaimedSpace(...used: readonly string[]): unknown {
  const root = mkdtempSync(join(tmpdir(), "room-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const script = 'mount -t tmpfs -o size=8m none "$0" && exec "$@"';
  const asRoot = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const node = [process.execPath, "--conditions=@libcnb/source", program, root, "reclaim", ...used];
  const output = execFileSync("unshare", [...asRoot, "--mount", "sh", "-c", script, root, ...node]);
  return JSON.parse(output.toString().replaceAll(root, "<cache>"));
}

test("the oldest cache entries are removed until the required space is free", () => {
  expect(reclaimedSpace()).toEqual({ left: ["d", "e", "f", "g"] });
});

test("cache entries in use are kept even if less than the usual reserve of space is free", () => {
  expect(reclaimedSpace("a", "b", "c", "d", "e")).toEqual({ left: ["a", "b", "c", "d", "e"] });
});

test("a command is refused if too little space is free and no cache entry can be removed", () => {
  expect(reclaimedSpace("a", "b", "c", "d", "e", "f", "g")).toEqual({
    outcome: expect.stringMatching(
      /^CACHE_FULL: the disk of the cache <cache> has 1\.0 MB of free space, but this test needs at least 2\.1 MB$/,
    ),
    left: ["a", "b", "c", "d", "e", "f", "g"],
  });
});
