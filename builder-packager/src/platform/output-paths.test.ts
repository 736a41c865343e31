import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseImageReference } from "../oci/model/reference.ts";
import { checkCache } from "./cache/layer-cache.ts";
import { checkOutput } from "./image-output.ts";
import { checkOutputPaths, ownOutputPaths } from "./output-paths.ts";

const dir = realpathSync(mkdtempSync(join(tmpdir(), "places-")));
afterAll(() => rm(dir, { recursive: true, force: true }));
for (const name of ["app/dist", "images/builder", "images/run", "foreign"])
  mkdirSync(join(dir, name), { recursive: true });
symlinkSync(join(dir, "images"), join(dir, "link"));
symlinkSync(join(dir, "app"), join(dir, "app-link"));
writeFileSync(join(dir, "foreign/file"), "");

const image = (text: string) => parseImageReference(text.replace(":", `:${dir}/`));
const inputs = [
  { what: "builder", reference: image("oci:images/builder") },
  { what: "run image", reference: image("oci:images/run") },
];

test.for([
  ["oci:images/builder", "would overwrite the builder oci:<dir>/images/builder, from which it is built"],
  ["oci:link/builder", "would overwrite the builder oci:<dir>/images/builder, from which it is built"],
  [
    "oci-archive:images/run/blobs/app.tar",
    "would overwrite the run image oci:<dir>/images/run, from which it is built",
  ],
  ["oci:app", "would overwrite the application's directory <app>"],
  ["oci:", "would overwrite the application's directory <app>"],
] as const)("an output image at %j is refused, because it %s", async ([text, why]) => {
  const app = join(dir, "app-link");
  await expect(checkOutputPaths([image(text)], inputs, app)).rejects.toMatchObject({
    code: "ARGUMENT_INVALID",
    message: `the image ${text.replace(":", `:${dir}/`)} ${why.replace("<app>", app).replace("<dir>", dir)}`,
    hint: "Write the image to another path, for example oci:../image.",
  });
});

test("an output image next to its builder, in the app or in a registry is accepted", async () => {
  const outputs = [image("oci:images/app"), image("oci:app/dist/image"), parseImageReference("localhost:5000/app")];
  await checkOutputPaths(outputs, inputs, join(dir, "app"));
});

test("output directories below the app are excluded from the app, also through symbolic links", async () => {
  const outputs = [image("oci:app/dist/image"), image("oci-archive:app-link/a.tar"), image("oci:images/app")];
  const own = await ownOutputPaths(join(dir, "app-link"), outputs, [
    join(dir, "app"),
    join(dir, "app/.cache/cnb"),
    dir,
  ]);
  expect([...own]).toEqual(["dist/image", "a.tar", ".cache/cnb"]);
});

test("an output path with unrelated content is refused before the build, with the same error as after the build", async () => {
  await expect(checkOutput(image("oci:foreign"))).rejects.toMatchObject({
    code: "OUTPUT_NOT_A_LAYOUT",
    message: `cannot replace ${dir}/foreign with an image: it is neither empty nor an OCI layout`,
    hint: "Choose another directory, or remove the files in this directory.",
  });
});

test("an unusable cache is refused before the build", async () => {
  const file = join(dir, "foreign/file");
  await expect(checkCache(file)).rejects.toMatchObject({
    code: "ARGUMENT_INVALID",
    message: `the cache ${file} is not a directory`,
    hint: "Pass the path of a directory with --cache.",
  });
  await expect(checkCache(join(file, "below"))).rejects.toMatchObject({
    code: "OUTPUT_UNWRITABLE",
    message: `cannot write ${file}/below: a part of the path is not a directory`,
  });
  await checkCache(join(dir, "new/cache"));
  await checkCache(join(dir, "images"));
});
