// @needs processes
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { PreparedSpec } from "../spec.ts";
import { containerRoot } from "./root-mounts.ts";

let rootfs: string;

beforeEach(async () => {
  rootfs = await mkdtemp(join(tmpdir(), "container-root-"));
  onTestFinished(() => rm(rootfs, { recursive: true, force: true }));
  await mkdir(join(rootfs, "etc"));
});

const spec = (mounts: PreparedSpec["mounts"] = []): PreparedSpec => ({
  rootfs,
  rootfsWritable: false,
  mounts,
  tmpfs: [],
  command: ["/bin/true"],
  env: {},
  cwd: "/",
  uid: 1000,
  gid: 1000,
  network: false,
});

test.for(["/etc/passwd", "/etc/group", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/given"])(
  "an image with a named pipe at %s is refused, because the engine would block on it",
  async (file) => {
    execFileSync("mkfifo", [join(rootfs, file)]);
    const given = { source: "/etc/hosts", target: "/etc/given", kind: "file", readonly: true } as const;
    await expect(containerRoot(spec([given]))).rejects.toMatchObject({
      code: "SANDBOX_FAILED",
      message: `cannot start a container: ${file} in the image is not a regular file, and the container engine would open it`,
    });
  },
);

test("a file where a mount needs a directory is reported as an error of the image", async () => {
  await rm(join(rootfs, "etc"), { recursive: true });
  await writeFile(join(rootfs, "etc"), "");
  await expect(containerRoot(spec())).rejects.toMatchObject({
    code: "SANDBOX_FAILED",
    message: "the mount point /etc/hosts cannot be created in the image: a part of its path is not a directory",
  });
});
