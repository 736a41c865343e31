import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MemoryRegistry, startMemoryRegistry } from "../../../test/support/registry/memory.ts";
import { writeCnbFile } from "../buildpackage/cnb-file.ts";
import { readImage } from "../oci/image-io.ts";
import { emptyImage } from "../oci/model/mutate.ts";
import { parseImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import { copyImages } from "./copy.ts";
import { parseDestination } from "./destination.ts";

let dir: string;
let registry: MemoryRegistry;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "platform-images-"));
  registry = await startMemoryRegistry();
  const images = ["amd64", "arm64"].map((architecture) => emptyImage({ os: "linux", architecture }));
  await writeCnbFile({ images }, join(dir, "web.cnb"));
});
afterAll(async () => {
  await registry.stop();
  await rm(dir, { recursive: true, force: true });
});

const copy = (to: string, architecture?: string) => {
  const platform: Platform | undefined = architecture ? { os: "linux", architecture } : undefined;
  return copyImages([{ kind: "oci-archive", file: join(dir, "web.cnb") }], parseDestination(to), { platform });
};

test("a copy with a platform chooses one image of a .cnb file", async () => {
  const name = `${registry.host}/web:arm64`;
  expect(await copy(name, "arm64")).toHaveLength(1);
  expect((await readImage(parseImageReference(name))).config.architecture).toBe("arm64");
});

test("a copy with a platform that a .cnb file does not contain fails with the platforms of the file", async () => {
  await expect(copy(`${registry.host}/web:riscv64`, "riscv64")).rejects.toMatchObject({
    code: "IMAGE_PLATFORM_MISMATCH",
    message: expect.stringContaining("linux/amd64, linux/arm64"),
  });
});

test("a copy with a platform of a .cnb file with one image for another platform fails", async () => {
  const file = join(dir, "amd64.cnb");
  await writeCnbFile({ images: [emptyImage({ os: "linux", architecture: "amd64" })] }, file);
  const copied = (architecture: string) =>
    copyImages([{ kind: "oci-archive", file }], parseDestination(`${registry.host}/one:1`), {
      platform: { os: "linux", architecture },
    });
  await expect(copied("arm64")).rejects.toMatchObject({ code: "IMAGE_PLATFORM_MISMATCH" });
  expect(await copied("amd64")).toHaveLength(1);
});

test("a copy of a .cnb file for several platforms to one tag suggests --platform and cnb buildpack package", async () => {
  const name = `${registry.host}/web:1`;
  await expect(copy(name)).rejects.toMatchObject({
    code: "IMAGE_REFERENCE_INVALID",
    message: `cannot copy 2 images to ${name}: this destination is for one image`,
    hint: `To copy one of the images, add --platform linux/amd64 or --platform linux/arm64. To write a package for all platforms under one tag, run cnb buildpack package --output ${name}.`,
  });
});
