import { writeOutputFile } from "../oci/files/output-file.ts";
import { writeImage } from "../oci/image-io.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import { type BuildImageOptions, outputsOf, registryOf } from "./build-options.ts";
import { nameFor } from "./image-output.ts";
import { reportToml } from "./report-toml.ts";

/** Writes the image to its place and under all further names. */
export async function writeOutputs(
  image: Image,
  options: BuildImageOptions,
): Promise<{ readonly manifestDigest: Digest }> {
  options.signal.throwIfAborted();
  const registry = registryOf(options);
  const written = await writeImage(image, options.output, { registry, ...nameFor(options.output) });
  for (const tag of options.tags ?? []) await writeImage(image, tag, { registry, ...nameFor(tag) });
  if (options.reportFile !== undefined) await writeReport(options.reportFile, image, written.manifestDigest, options);
  return written;
}

const writeReport = (file: string, image: Image, digest: Digest, options: BuildImageOptions): Promise<void> =>
  writeOutputFile(file, toChunks(reportToml(image, outputsOf(options), digest)));

async function* toChunks(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}
