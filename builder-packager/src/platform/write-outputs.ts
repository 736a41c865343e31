import type { Digest } from "../oci/digest.ts";
import type { Image } from "../oci/image.ts";
import { writeImage } from "../oci/image-io.ts";
import { type BuildImageOptions, registryOf } from "./build-options.ts";
import { nameFor } from "./image-output.ts";

/** Writes the image to its place and under all further names. */
export async function writeOutputs(
  image: Image,
  options: BuildImageOptions,
): Promise<{ readonly manifestDigest: Digest }> {
  options.signal.throwIfAborted();
  const registry = registryOf(options);
  const written = await writeImage(image, options.output, { registry, ...nameFor(options.output) });
  for (const tag of options.tags ?? []) await writeImage(image, tag, { registry, ...nameFor(tag) });
  return written;
}
