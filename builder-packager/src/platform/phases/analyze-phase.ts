import { formatImageReference, type ImageReference } from "../../oci/model/reference.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import type { Reporter } from "../../reporter.ts";
import type { Outputs } from "../build-options.ts";
import type { Builder } from "../images/builder.ts";
import { type PreviousImage, readPreviousImage } from "../images/previous-image.ts";
import { findRunImage, type RunImage } from "../images/run-image.ts";
import { checkOutputPaths } from "../output-paths.ts";

/**
 * The inputs of the analyze phase. `runImage`, `previousImage` and `skipLayers` correspond to the
 * analyzer's flags in the Platform API.
 */
export interface AnalyzeInput {
  readonly builder: Builder;
  /** The app's directory on the host, which no output may replace. */
  readonly app: string;
  readonly outputs: Outputs;
  /** The requested run image; undefined to use one of the builder's. */
  readonly runImage: ImageReference | undefined;
  /** The requested previous image; undefined to use the one at the first output. */
  readonly previousImage: ImageReference | undefined;
  /** True to ignore the layers of the previous image. */
  readonly skipLayers: boolean;
  readonly registry: RegistryOptions;
  readonly reporter: Reporter;
}

/** The images that a build starts from: the content of `analyzed.toml`. */
export interface AnalyzeOutputs {
  readonly runImage: RunImage;
  /** The previous image; undefined if its layers are skipped, or if there is no usable image. */
  readonly previousImage: PreviousImage | undefined;
}

/**
 * Finds the run image and the previous image.
 *
 * @throws CnbError RUN_IMAGE_NOT_FOUND, ARCHITECTURE_MISMATCH, ARGUMENT_INVALID, and errors of reading the previous image.
 */
export async function analyze(input: AnalyzeInput): Promise<AnalyzeOutputs> {
  const { builder, app, outputs, registry, reporter } = input;
  reporter.step(`Analyzing (Platform API ${builder.platformApi})`);
  const reading = previousImageOf(input);
  reading.catch(() => undefined); // errors of the run image are reported first
  const runImage = await findRunImage(builder, { given: input.runImage, output: outputs[0] }, registry);
  reporter.info(`Run image: ${formatImageReference(runImage.found)}`);
  await checkOutputPaths(outputs, [{ what: "run image", reference: runImage.found }], app);
  const previousImage = await reading;
  const line = previousImageLine(input, previousImage);
  if (line) reporter.info(line);
  return { runImage, previousImage };
}

/**
 * Returns the image whose layers are reused; undefined if no image was named and the output does
 * not exist.
 */
function previousImageLine(
  { builder, previousImage: named, skipLayers }: AnalyzeInput,
  found: PreviousImage | undefined,
) {
  if (found) return `Previous image: ${formatImageReference(found.reference)}`;
  if (named && builder.hasLauncher && !skipLayers)
    return `Previous image: ${formatImageReference(named)} does not exist or has no layers to reuse`;
  return undefined;
}

/**
 * Without a launcher the build itself needs the environment of launch layers. Layers that only the previous image
 * has are rebuilt for that.
 */
async function previousImageOf(input: AnalyzeInput): Promise<PreviousImage | undefined> {
  const { builder, outputs, previousImage, skipLayers, registry } = input;
  if (skipLayers || !builder.hasLauncher) return undefined;
  return readPreviousImage(previousImage, outputs[0], registry);
}
