import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbSucceeds, execute, root } from "../../support/cnb.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "minimal-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

// The buildpack that the README shows.
test("the smallest template is packaged as one file that skopeo reads, with the same digest twice", async () => {
  const args = ["buildpack", "package", join(root, "templates/minimal"), "--target", "linux/amd64", "--output"];
  const first = await cnbSucceeds([...args, `oci:${dir}/first`]);
  const second = await cnbSucceeds([...args, `oci:${dir}/second`]);
  const digest = /sha256:[0-9a-f]{64}/;
  expect(digest.exec(first.stdout)?.[0]).toBe(digest.exec(second.stdout)?.[0]);
  const { stdout } = await execute("skopeo", ["inspect", "--override-arch", "amd64", `oci:${dir}/first`]);
  expect(Object.keys(JSON.parse(stdout).Labels)).toEqual(
    expect.arrayContaining(["io.buildpacks.buildpack.layers", "io.buildpacks.buildpackage.metadata"]),
  );
});
