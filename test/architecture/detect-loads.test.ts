import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pinnedNode, root } from "../support/cnb.ts";

/** Modules that detect must not load. Each one would take longer than the rest of detect, or is only for build. */
const heavy =
  /cyclonedx|src\/telemetry|binding-directories|certificates\/(?!trusted-certificates)|spdx-|packageurl|tar-stream|yauzl|xz-decompress|semver|pep440|NativeModule (https?|tls|net|child_process|crypto|zlib|stream\/promises|undici|internal\/deps\/undici)/;

test("the framework's detect loads no modules that are large or only for build", () => {
  const dir = mkdtempSync(join(tmpdir(), "detect-loads-"));
  try {
    writeFileSync(join(dir, "plan.toml"), "");
    const { status, stdout, stderr } = spawnSync(
      pinnedNode,
      ["--conditions=@libcnb/source", join(root, "test/support/node/loaded-in-detect.ts")],
      {
        argv0: "bin/detect",
        cwd: dir,
        encoding: "utf8",
        env: {
          CNB_BUILDPACK_DIR: join(root, "test/bench/noop"),
          CNB_PLATFORM_DIR: dir,
          CNB_BUILD_PLAN_PATH: join(dir, "plan.toml"),
          CNB_TARGET_OS: "linux",
          CNB_TARGET_ARCH: "amd64",
        },
      },
    );
    const loaded = stdout.split("\n");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(loaded.some((file) => file.endsWith("bench/noop/src/buildpack.ts"))).toBe(true);
    expect(loaded.filter((file) => heavy.test(file))).toEqual([]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
