/**
 * Pushes an image of two platforms in a process of its own, which a test kills: `registry-killed-push.ts NAME SEED`.
 */
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { sampleImages } from "./sample.ts";

const [, , name = "", seed = ""] = process.argv;
const samples = await sampleImages();
try {
  const image = await samples.image(Number(seed));
  const other = { ...image, config: { ...image.config, architecture: "arm64" } };
  const registry = { chunkSize: 20_000, concurrency: 2 };
  await oci.write({ images: [image, other] }, parseImageReference(name), { registry });
} finally {
  await samples.remove();
}
