// @needs busybox, bwrap, go, skopeo
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbSucceeds, execute } from "../../support/cnb.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** A builder from a tiny base and a buildpack of shell scripts, with the official lifecycle in it. */
const config = `[build]
image = "oci:base-build"
[[run.images]]
image = "oci:base-run"
[[buildpacks]]
uri = "buildpack"
[[order]]
group = [{ id = "test/shell" }]
`;

const descriptor = `api = "0.10"
[buildpack]
id = "test/shell"
version = "1.0.0"
[[targets]]
os = "linux"
`;

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "builder-"));
  await makeWorld(dir);
  await cnbSucceeds(["builder", "create", `oci:${dir}/builder`, "--config", join(dir, "builder.toml")]);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function makeWorld(parent: string): Promise<void> {
  const base = await shellImage(parent);
  for (const name of ["base-build", "base-run"]) {
    await oci.write(base, { kind: "oci", dir: join(parent, name) }, { name: `example.test/${name}:1` });
  }
  const bin = join(parent, "buildpack/bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(parent, "buildpack/buildpack.toml"), descriptor);
  await writeFile(join(bin, "detect"), '#!/bin/sh\necho "seen $(cat app.txt) on $CNB_TARGET_ARCH"\n');
  await writeFile(join(bin, "build"), "#!/bin/sh\n");
  for (const name of ["detect", "build"]) await chmod(join(bin, name), 0o755);
  await writeFile(join(parent, "builder.toml"), config);
}

test("the official detector accepts a builder and runs its buildpack", async () => {
  for (const name of ["rootfs", "layers", "workspace", "platform/env"])
    await mkdir(join(dir, name), { recursive: true });
  await writeFile(join(dir, "workspace/app.txt"), "my app");
  const image = oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/builder`)));
  await oci.extract(image, join(dir, "rootfs"), { ownership: "ignore" });
  const mounts = ["layers", "workspace", "platform"].flatMap((name) => ["--bind", join(dir, name), `/${name}`]);
  const { exitCode, stdout, stderr } = await execute("bwrap", [
    "--ro-bind",
    join(dir, "rootfs"),
    "/",
    ...mounts,
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "--tmpfs",
    "/tmp",
    "--unshare-user",
    "--unshare-pid",
    "--uid",
    "1000",
    "--gid",
    "1000",
    "--die-with-parent",
    "--clearenv",
    "--setenv",
    "PATH",
    "/bin",
    "--setenv",
    "CNB_PLATFORM_API",
    "0.13",
    "--setenv",
    "CNB_NO_COLOR",
    "true",
    "--",
    "/cnb/lifecycle/detector",
    "-log-level",
    "debug",
  ]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.any(String) });
  expect(stdout).toContain("======== Output: test/shell@1.0.0 ========\nseen my app on amd64\n");
  expect(stdout).toContain("test/shell 1.0.0");
});

test("skopeo reads a builder, and every digest in the layout is correct", async () => {
  expect(await oci.validate(oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/builder`))))).toEqual([]);
  const { stdout } = await execute("skopeo", ["inspect", "--config", `oci:${dir}/builder`]);
  const { config: container, created, history } = JSON.parse(stdout);
  expect({ created, WorkingDir: container.WorkingDir, User: container.User }).toEqual({
    created: "1980-01-01T00:00:01Z",
    WorkingDir: "/layers",
    User: "1000:1000",
  });
  expect(history.slice(1).map(({ created_by }: { created_by: string }) => created_by)).toEqual([
    "Directories",
    "Lifecycle 0.21.0",
    "Buildpack test/shell@1.0.0",
    "Order",
    "Stack",
    "Run images",
    "Environment",
  ]);
});

test("a builder has the same digest if its sources are in another directory with other file modes", async () => {
  const other = await mkdtemp(join(tmpdir(), "elsewhere-"));
  try {
    await makeWorld(other);
    await chmod(join(other, "buildpack/bin/build"), 0o700);
    await chmod(join(other, "buildpack/buildpack.toml"), 0o600);
    const args = ["builder", "create", `oci:${other}/renamed`, "--config", join(other, "builder.toml")];
    const first = await cnbSucceeds(["builder", "create", `oci:${dir}/again`, "--config", join(dir, "builder.toml")]);
    const digest = /@(sha256:[0-9a-f]{64})$/m;
    expect(digest.exec((await cnbSucceeds(args)).stdout)?.[1]).toBe(digest.exec(first.stdout)?.[1] ?? "none");
  } finally {
    await rm(other, { recursive: true, force: true });
  }
});
