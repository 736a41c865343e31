import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFiles } from "libcnb/testing";
import { expect, test } from "vitest";
import { normalizeTree } from "./installation.ts";
import { listTree } from "./listing.ts";

test("normalizing installed packages removes leftovers of native builds, sets file modes regardless of the umask, and keeps links", async () => {
  const root = mkdtempSync(join(tmpdir(), "libcnb-normalize-"));
  try {
    await writeFiles(root, {
      "addon/build/Makefile": "",
      "addon/build/config.gypi": "",
      "addon/build/addon.target.mk": "",
      "addon/build/Release/addon.node": "",
      "addon/build/Release/obj.target/addon/addon.o": "",
      "addon/build/Release/.deps/addon.d": "",
      "addon/Makefile": "its own",
      "gyp/__pycache__/a.pyc": "",
      "bin/run": "",
      "bin/link": "-> /nowhere",
    });
    chmodSync(join(root, "bin/run"), 0o700);
    chmodSync(join(root, "addon"), 0o700);
    normalizeTree(root);
    expect(listTree(root).map((entry) => [entry.path, "mode" in entry ? entry.mode.toString(8) : entry.kind])).toEqual([
      ["addon", "755"],
      ["addon/Makefile", "644"],
      ["addon/build", "755"],
      ["addon/build/Release", "755"],
      ["addon/build/Release/addon.node", "644"],
      ["bin", "755"],
      ["bin/link", "link"],
      ["bin/run", "755"],
      ["gyp", "755"],
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
