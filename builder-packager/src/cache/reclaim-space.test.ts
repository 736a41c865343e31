// @needs namespaces
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const program = join(import.meta.dirname, "../../../test/support/interrupted/cache-user.ts");

/** What is left of seven entries of 1 MiB on a disk of 8 MiB, when 4 MiB are wanted and some entries are in use. */
function reclaimedSpace(...used: readonly string[]): unknown {
  const root = mkdtempSync(join(tmpdir(), "room-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const script = 'mount -t tmpfs -o size=8m none "$0" && exec "$@"';
  const asRoot = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const node = [process.execPath, "--conditions=@libcnb/source", program, root, "reclaim", ...used];
  const output = execFileSync("unshare", [...asRoot, "--mount", "sh", "-c", script, root, ...node]);
  return JSON.parse(output.toString().replaceAll(root, "<cache>"));
}

test("the oldest entries are removed until the required space is free", () => {
  expect(reclaimedSpace()).toEqual({ left: ["d", "e", "f", "g"] });
});

test("entries in use stay, and less than the usual reserve of free space is accepted", () => {
  expect(reclaimedSpace("a", "b", "c", "d", "e")).toEqual({ left: ["a", "b", "c", "d", "e"] });
});

test("work does not start if there is too little space and nothing to remove", () => {
  expect(reclaimedSpace("a", "b", "c", "d", "e", "f", "g")).toEqual({
    outcome: expect.stringMatching(
      /^CACHE_FULL: the disk of the cache <cache> has 1\.0 MB of free space, this test needs at least 2\.1 MB$/,
    ),
    left: ["a", "b", "c", "d", "e", "f", "g"],
  });
});
