import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeImage } from "../../oci/image-io.ts";
import { emptyImage } from "../../oci/model/mutate.ts";
import { type ImageReference, parseImageReference } from "../../oci/model/reference.ts";
import { runImageWarnings } from "./run-image-location.ts";

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "run-image-place-"));
  const image = emptyImage({ os: "linux", architecture: "amd64" });
  for (const path of ["builder", "run", "far/builder", "linked/builder"]) {
    const name = path === "run" ? "example.test/run:1" : "example.test/builder:1";
    await writeImage(image, { kind: "oci", dir: join(dir, path) }, { name });
  }
  await symlink("../run", join(dir, "linked/run"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const inDir = (output: string): ImageReference => parseImageReference(output.replace("DIR", dir));
const warning = (output: string): string =>
  `The run image is not next to ${output}: cnb build will look for example.test/run:1 in a registry, unless you pass --run-image oci:DIR/run`;

test.for<[string, string, string, readonly string[]]>([
  ["no warning for a layout next to the builder", "oci:run", "oci:DIR/builder", []],
  ["no warning for a layout next to the builder, given by absolute path", "oci:DIR/run", "oci:DIR/builder", []],
  ["no warning for a layout next to the builder through a symbolic link", "oci:run", "oci:DIR/linked/builder", []],
  ["no warning for an image in a registry", "example.test/elsewhere:1", "oci:DIR/far/builder", []],
  [
    "a warning for a layout that is not in the directory of the builder's layout",
    "oci:run",
    "oci:DIR/far/builder",
    [warning("oci:DIR/far/builder")],
  ],
  [
    "a warning for a layout if the builder is in an archive",
    "oci:run",
    "oci-archive:DIR/b.tar",
    [warning("oci-archive:DIR/b.tar")],
  ],
  ["a warning for a layout if the builder is in a registry", "oci:run", "example.test/b", [warning("example.test/b")]],
])("the check that later builds find the builder's run image returns %s", async ([, image, output, warnings]) => {
  const runImages = [{ image: image.replace("DIR", dir), mirrors: [] }];
  const found = await runImageWarnings({ runImages }, dir, inDir(output));
  expect(found.map((text) => text.replaceAll(dir, "DIR"))).toEqual(warnings);
});
