// @needs binfmt
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbSucceeds, execute, root } from "../../support/cnb.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "exec-d-arm64-"));
  await writeFiles(join(dir, "source"), {
    "buildpack.toml": `api = "0.12"\n[buildpack]\nid = "test/helpers"\nversion = "1.0.0"\n`,
    "src/buildpack.ts": `import { defineBuildpack, fail } from "libcnb";
export default defineBuildpack({ detect: () => fail("none"), build: () => ({}) });
`,
    "src/exec.d/port.ts": `import { defineExecD } from "libcnb";
export default defineExecD("port", ({ env }) => ({ SERVER_PORT: env.PORT }));
`,
  });
  await mkdir(join(dir, "source/node_modules"));
  await symlink(join(root, "framework"), join(dir, "source/node_modules/libcnb"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test("an exec.d program and a buildpack on the small JavaScript engine run on arm64", async () => {
  const output = `oci:${dir}/package`;
  const flags = ["--runtime", "small", "--target", "linux/arm64", "--output", output];
  await cnbSucceeds(["buildpack", "package", join(dir, "source"), ...flags]);
  const image = oci.imageFor(await oci.read(parseImageReference(output)));
  await oci.extract(image, join(dir, "rootfs"), { ownership: "ignore" });
  const buildpack = join(dir, "rootfs/cnb/buildpacks/test_helpers/1.0.0");
  const emulated = (program: string, env: Readonly<Record<string, string>>) =>
    execute("sh", ["-c", 'exec qemu-aarch64-static "$0" 3>&1', join(buildpack, program)], {
      env: { PATH: process.env.PATH, ...env },
    });
  expect(await emulated("exec.d/port", { PORT: "80" })).toMatchObject({ exitCode: 0, stdout: 'SERVER_PORT = "80"\n' });
  await mkdir(join(dir, "platform"));
  const detect = await emulated("bin/detect", {
    CNB_BUILDPACK_DIR: buildpack,
    CNB_PLATFORM_DIR: join(dir, "platform"),
    CNB_BUILD_PLAN_PATH: join(dir, "plan.toml"),
    CNB_TARGET_OS: "linux",
    CNB_TARGET_ARCH: "arm64",
  });
  expect(detect).toMatchObject({ exitCode: 100 });
});
