import { mkdtemp, readFile, rm } from "node:fs/promises";
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
test("packaging the minimal template twice gives the same digest, and skopeo reads the file", async () => {
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

test("a project outside of the repository installs the repository's packages and passes its tests", async () => {
  const project = join(dir, "own/hello");
  await cnbSucceeds(["buildpack", "new", "acme/hello", "--path", project, "--yes", "--no-git", "--install"]);
  for (const script of ["types", "test"])
    expect(await execute("npm", ["run", script], { cwd: project })).toMatchObject({ exitCode: 0 });
  const { dependencies } = JSON.parse(await readFile(join(project, "package.json"), "utf8"));
  expect(dependencies.libcnb).toBe("file:vendor/libcnb-0.1.0.tgz");
});
