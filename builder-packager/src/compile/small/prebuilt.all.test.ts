// @needs cargo, python3
import { join } from "node:path";
import { expect, test } from "vitest";
import { execute, pinnedNode, root } from "../../../../test/support/cnb.ts";

// Takes four to ten minutes. The C compiler comes from PyPI, the crates from cargo's registry.
test("a build from the small JavaScript engine's sources gives the programs, checksums and licences in the directory prebuilt", {
  timeout: 1_800_000,
}, async () => {
  const build = join(root, "builder-packager/engine/build.ts");
  const { exitCode, stderr } = await execute(pinnedNode, [build, "--check"]);
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
});
