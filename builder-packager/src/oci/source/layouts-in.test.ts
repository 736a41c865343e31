import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeImage } from "../image-io.ts";
import { emptyImage } from "../model/mutate.ts";
import { layoutsIn } from "./layouts-in.ts";

test("OCI layouts with image names in a directory are found, also through symbolic links", async ({
  onTestFinished,
}) => {
  const dir = await mkdtemp(join(tmpdir(), "layouts-in-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const image = emptyImage({ os: "linux", architecture: "amd64" });
  const layout = (path: string, name?: string) =>
    writeImage(image, { kind: "oci", dir: join(dir, path) }, name === undefined ? {} : { name });
  await layout("here/run", "example.test/run:1");
  await layout("here/nameless");
  await layout("there/other", "example.test/other:1");
  await symlink("../there/other", join(dir, "here/a-link"));
  await symlink("nowhere", join(dir, "here/dangling"));
  await symlink("round", join(dir, "here/round"));
  await symlink("file", join(dir, "here/link-to-file"));
  await writeFile(join(dir, "here/file"), "");
  await mkdir(join(dir, "here/folder"));
  expect(await layoutsIn(join(dir, "here"))).toEqual([
    { dir: join(dir, "here/a-link"), name: "example.test/other:1" },
    { dir: join(dir, "here/run"), name: "example.test/run:1" },
  ]);
});
