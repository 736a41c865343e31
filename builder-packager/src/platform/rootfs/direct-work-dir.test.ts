// @needs cnb-tester, root
import { execFileSync, spawnSync } from "node:child_process";
import { chown, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { makeTemporary } from "./direct-work-dir.ts";

test("the build's user can use the temporary directory of a direct build, but not replace it", async () => {
  const tmp = await makeTemporary();
  try {
    const uid = Number(execFileSync("id", ["-u", "cnb-tester"], { encoding: "utf8" }));
    await chown(tmp, uid, uid);
    const asUser = (script: string) => spawnSync("sh", ["-c", script, "sh", tmp], { uid, gid: uid, cwd: "/" }).status;
    expect(asUser('touch "$1/file"')).toBe(0);
    expect(asUser('mv "$1" "$1-moved"')).not.toBe(0);
    expect(asUser('rm -rf "$1"; ln -s /etc "$1" && test -L "$1"')).not.toBe(0);
    expect(asUser('ls "$(dirname "$1")"')).not.toBe(0);
  } finally {
    await rm(dirname(tmp), { recursive: true, force: true });
  }
});
