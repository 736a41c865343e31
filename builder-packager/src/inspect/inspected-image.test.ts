import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeCnbFile } from "../buildpackage/cnb-file.ts";
import { writeImages } from "../oci/image-io.ts";
import { hostPlatform } from "../oci/model/image-platform.ts";
import { emptyImage } from "../oci/model/mutate.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import { inspectedImage } from "./inspected-image.ts";

const [amd64, arm64, s390x, riscv64] = ["amd64", "arm64", "s390x", "riscv64"].map(
  (architecture): Platform => ({ os: "linux", architecture }),
);
const host = hostPlatform().architecture;
let dir: string;
const digests = new Map<string, string>();
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "inspected-"));
  for (const [name, platforms] of Object.entries({
    withHost: [s390x, arm64, amd64],
    withoutHost: [s390x, riscv64],
    one: [s390x],
  })) {
    const images = platforms.flatMap((platform) => (platform ? [emptyImage(platform)] : []));
    const written = await writeImages({ images }, { kind: "oci", dir: join(dir, name) });
    for (const { platform, digest } of written.images) digests.set(platform.architecture, digest);
    if (images.length > 1) digests.set(name, written.digest);
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const shown = async (name: string, platform?: Platform) => {
  const reference: ImageReference = { kind: "oci", dir: join(dir, name) };
  const { location, about } = await inspectedImage(reference, { platform, registry: { env: {} } });
  return { location, ...about };
};
const all = ["linux/s390x", "linux/arm64", "linux/amd64"];

test.for<[string, string, Platform | undefined, string, readonly string[]]>([
  ["the image for this machine", "withHost", undefined, host, all],
  ["the image for the requested platform", "withHost", arm64, "arm64", all],
  ["the first image if none is for this machine", "withoutHost", undefined, "s390x", ["linux/s390x", "linux/riscv64"]],
  ["the only image, whatever its platform", "one", undefined, "s390x", ["linux/s390x"]],
])("cnb inspect selects from an index %s", async ([, name, wanted, architecture, platforms]) => {
  const platform = `linux/${architecture}`;
  expect(await shown(name, wanted)).toEqual({
    location: "local",
    platform,
    platforms,
    digest: digests.get(architecture),
    ...(platforms.length > 1 && { index: digests.get(name) }),
  });
});

test("a .cnb file with several platforms is identified by the digest that packaging prints", async () => {
  const images = [amd64, arm64].map((platform) => emptyImage(platform as Platform));
  const file = join(dir, "several.cnb");
  const { digest } = await writeCnbFile({ images }, file);
  const { about } = await inspectedImage({ kind: "oci-archive", file }, { registry: { env: {} } });
  expect(about.index).toBe(digest);
});

test("an index without the requested platform is refused", async () => {
  await expect(shown("one", arm64)).rejects.toThrow(
    expect.objectContaining({
      code: "IMAGE_PLATFORM_MISMATCH",
      message: `oci:${dir}/one has no image for linux/arm64, only for linux/s390x`,
    }),
  );
});
