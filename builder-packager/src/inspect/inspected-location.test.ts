import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeImage } from "../oci/image-io.ts";
import { emptyImage } from "../oci/model/mutate.ts";
import { formatImageReference } from "../oci/model/reference.ts";
import { locationOf } from "./inspected-location.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "place-"));
  const image = emptyImage({ os: "linux", architecture: "amd64" });
  await writeImage(image, { kind: "oci", dir: join(dir, "out/layout") });
  await writeImage(image, { kind: "oci-archive", file: join(dir, "image.cnb") });
  await cp(join(dir, "image.cnb"), join(dir, "without-suffix"));
  await writeFile(join(dir, "text.tar"), "no archive");
  for (const [kind, folder] of Object.entries({ buildpack: "bp", extension: "ext", package: "plain" })) {
    await mkdir(join(dir, folder));
    await writeFile(join(dir, folder, `${kind}.toml`), "");
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const outcome = async (name: string): Promise<string> => {
  try {
    const location = await locationOf(name, dir);
    return location.kind === "folder" ? `folder ${location.dir}` : formatImageReference(location.reference);
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string };
    return `${code}: ${message}; ${hint}`;
  }
};

test.for([
  ["out/layout", "oci:DIR/out/layout"],
  ["./out/layout/", "oci:DIR/out/layout"],
  ["image.cnb", "oci-archive:DIR/image.cnb"],
  ["without-suffix", "oci-archive:DIR/without-suffix"],
  ["file://DIR/image.cnb", "oci-archive:DIR/image.cnb"],
  ["bp", "folder DIR/bp"],
  ["DIR/ext", "folder DIR/ext"],
  ["oci:bp", "oci:bp"],
  ["docker://bp", "docker.io/library/bp"],
  ["bp/absent", "docker.io/bp/absent"],
  ["example.com/x:1", "example.com/x:1"],
] as const)("the argument %j of cnb inspect is resolved to the location %j", async ([name, expected]) => {
  expect((await outcome(name.replace("DIR", dir))).replaceAll(dir, "DIR")).toBe(expected);
});

test.for([
  [
    "plain",
    "IMAGE_NOT_FOUND: the directory DIR/plain contains neither an image nor a buildpack; Pass an OCI layout, or a directory with buildpack.toml or extension.toml; for an image in a registry, pass docker://plain.",
  ],
  [
    "./plain",
    "IMAGE_NOT_FOUND: the directory DIR/plain contains neither an image nor a buildpack; Pass an OCI layout, or a directory with buildpack.toml or extension.toml.",
  ],
  [
    "absent.cnb",
    "IMAGE_NOT_FOUND: there is no file or directory DIR/absent.cnb; Check the path, or name an image as REGISTRY/REPOSITORY:TAG.",
  ],
  [
    "./absent",
    "IMAGE_NOT_FOUND: there is no file or directory DIR/absent; Check the path, or name an image as REGISTRY/REPOSITORY:TAG.",
  ],
  [
    "text.tar",
    "TAR_INVALID: DIR/text.tar: the archive does not begin with a tar header; Fetch or build the archive again.",
  ],
] as const)("the argument %j of cnb inspect is refused with the error %j", async ([name, expected]) => {
  expect((await outcome(name.replace("DIR", dir))).replaceAll(dir, "DIR")).toBe(expected);
});
