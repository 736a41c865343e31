import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildpackIdentity } from "libcnb";
import { writeFiles } from "libcnb/testing";
import { expect, test } from "vitest";
import { copyLaunchPrograms, launchPrograms } from "./launch-programs.ts";

test("a layer gets a buildpack's launch programs, but not the tests of these programs", async () => {
  const dir = mkdtempSync(join(tmpdir(), "libcnb-programs-"));
  try {
    await writeFiles(dir, { "src/launch/main.py": "", "src/launch/limits.py": "", "src/launch/main.test.ts": "" });
    await copyLaunchPrograms({ dir } as BuildpackIdentity, join(dir, "layer"), ".py");
    expect(readdirSync(launchPrograms(join(dir, "layer"))).sort()).toEqual(["limits.py", "main.py"]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
