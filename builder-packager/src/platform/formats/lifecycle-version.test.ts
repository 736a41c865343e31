import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import { sandboxFiles } from "../rootfs/sandbox-files.ts";
import { launcherVersion } from "./lifecycle-version.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "lifecycle-version-"));
  await mkdir(join(dir, "root/cnb/lifecycle"), { recursive: true });
  await writeFile(join(dir, "root/cnb/lifecycle/lifecycle"), "");
  await symlink("lifecycle", join(dir, "root/cnb/lifecycle/exporter")); // as in the lifecycle's archive
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A room whose exporter says this; the version it has, and how often it was started for two builds. */
async function twice(said: string, code = 0) {
  let runs = 0;
  const environment = {
    files: sandboxFiles(join(dir, "root"), []),
    builder: { platformApi: "0.14", lifecycleVersion: "1.2.3", hasLauncher: true },
    run: async ({ onOutput }: { onOutput(chunk: Uint8Array): void }) => {
      runs += 1;
      onOutput(Buffer.from(said));
      return code;
    },
  } as unknown as BuildEnvironment;
  const first = await launcherVersion(environment);
  expect(await launcherVersion(environment)).toEqual(first);
  return { ...first, runs };
}

const repository = "github.com/buildpacks/lifecycle";

test("the lifecycle executable is run for its version once per unpacked builder", async () => {
  expect(await twice("0.21.0+abc1234\n")).toEqual({ version: "0.21.0", commit: "abc1234", repository, runs: 1 });
  expect((await readdir(dir)).sort()).toEqual(["launcher.json", "root"]);
});

test.for<[string, string, number]>([
  ["fails", "0.21.0", 1],
  ["prints something other than a version", "usage: exporter", 0],
])(
  "if a lifecycle executable %s, its version is read from the label, and the next build runs it again",
  async ([, said, code]) => {
    expect(await twice(said, code)).toEqual({ version: "1.2.3", commit: "", repository: "", runs: 2 });
  },
);

test("the lifecycle executable is run again if its cached version is damaged", async () => {
  await writeFile(join(dir, "launcher.json"), "{");
  expect(await twice("0.21.0")).toEqual({ version: "0.21.0", commit: "", repository: "", runs: 1 });
});
