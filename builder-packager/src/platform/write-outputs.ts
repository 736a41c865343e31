import { writeOutputFile } from "../oci/files/output-file.ts";
import { writeImage } from "../oci/image-io.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import { type BuildImageOptions, outputsOf, type RegistrySettings, registryOf } from "./build-options.ts";
import { nameFor } from "./image-output.ts";
import { reportToml } from "./report-toml.ts";

/** The options of a build that determine where the image is written. */
export type OutputSettings = RegistrySettings & Pick<BuildImageOptions, "output" | "tags" | "reportFile" | "artifacts">;

/** Writes the image to its output and under all tags. */
export async function writeOutputs(
  image: Image,
  settings: OutputSettings,
): Promise<{ readonly manifestDigest: Digest }> {
  settings.signal.throwIfAborted();
  const common = { registry: registryOf(settings), artifacts: settings.artifacts };
  const [output, ...tags] = outputsOf(settings);
  const written = await writeImage(image, output, { ...common, ...nameFor(output) });
  for (const tag of tags) await writeImage(image, tag, { ...common, ...nameFor(tag) });
  if (settings.reportFile === undefined) return written;
  const report = reportToml(image, [output, ...tags], written.manifestDigest);
  await writeOutputFile(settings.reportFile, toChunks(report));
  return written;
}

async function* toChunks(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}
