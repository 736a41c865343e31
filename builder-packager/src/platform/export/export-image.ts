import type { Group } from "libcnb/lifecycle-rules";
import { cacheDir } from "../../cache-dirs.ts";
import { openBlobStore } from "../../oci/layers/blob-store.ts";
import type { Digest } from "../../oci/model/digest.ts";
import { envOf } from "../../oci/model/mutate.ts";
import { type EarlyUploads, earlyUploads } from "../../oci/sink/early-uploads.ts";
import { type BuildImageOptions, type BuildSettings, registryOf } from "../build-options.ts";
import { announce } from "../build-report.ts";
import { cachePhase } from "../cache/cache-phase.ts";
import type { LayerCache } from "../cache/layer-cache.ts";
import { surveyOnce } from "../cache/tree-survey.ts";
import { createdTime } from "../created-time.ts";
import type { LauncherVersion } from "../formats/lifecycle-metadata.ts";
import type { PreviousImage } from "../images/previous-image.ts";
import type { RunImage } from "../images/run-image.ts";
import type { BuildTarget } from "../images/target.ts";
import type { BuildResult } from "../phases/build-phase.ts";
import { readBuiltLayers } from "../phases/layer-files.ts";
import type { RestoredTrees } from "../phases/restore-phase.ts";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import { writeSboms } from "../sbom-output.ts";
import { writeOutputs } from "../write-outputs.ts";
import { type AppImageInputs, appImage, defaultTypeOf } from "./app-image.ts";
import type { DirectStart } from "./direct-start.ts";
import { type ExportedLayer, exportLevel } from "./export-layer.ts";
import { type ExportedLayers, exportLayers } from "./export-phase.ts";
import { type ExportProgress, exportProgress } from "./export-progress.ts";

/** The buildpacks' outputs, and further inputs of the image. */
export interface ExportImageInputs {
  readonly options: BuildSettings;
  readonly runImage: RunImage;
  readonly previous: PreviousImage | undefined;
  readonly launcher: LauncherVersion;
  readonly group: Group;
  readonly build: BuildTarget;
  readonly result: BuildResult;
  readonly restored: RestoredTrees;
  readonly cache: LayerCache;
}

/** The image as it was written. */
export interface ExportedImage {
  readonly manifestDigest: Digest;
  readonly layers: readonly ExportedLayer[];
}

/** Writes the image to all its places, then keeps the cache layers. Throws EXPORT_FAILED, OUTPUT_UNWRITABLE. */
export async function exportImage(environment: BuildEnvironment, inputs: ExportImageInputs): Promise<ExportedImage> {
  const { options, group, result, restored, cache } = inputs;
  const { reporter, env } = options;
  const survey = surveyOnce();
  const built = await readBuiltLayers(environment.files, group);
  const store = await openBlobStore(cacheDir(env, "blobs"), { compression: options.compression, level: exportLevel });
  const { exported, manifestDigest, layers } = await madeAndWritten(environment, { ...inputs, built, store, survey });
  if (options.sbomDir !== undefined) await writeSboms(result.sbomDir, options.sbomDir);
  const { buildpacks } = exported.metadata;
  await cachePhase(environment, { built, result, restored, survey, exported: buildpacks, layers, cache, reporter });
  return { manifestDigest, layers: exported.layers };
}

type ExportWork = ExportImageInputs & Pick<Parameters<typeof exportLayers>[1], "built" | "store" | "survey">;

/** Makes the layers and writes the image, which for a registry happens at the same time. */
async function madeAndWritten(environment: BuildEnvironment, { options, ...inputs }: ExportWork) {
  const progress = exportProgress(options.reporter);
  try {
    const uploads = beginUploads(options, inputs.runImage, progress);
    const exported = await exportLayers(environment, {
      ...inputs,
      onLayer: (layer) => announce(options.reporter, layer),
      onMade: ({ layer }) => uploads?.add(layer),
      onBytes: progress.onRead,
    });
    const made = appImage(await imageInputs(environment, exported, { options, ...inputs }));
    const image = (await uploads?.settled(made)) ?? made;
    const { manifestDigest } = await writeOutputs(image, options);
    return { exported, manifestDigest, layers: image.layers };
  } finally {
    progress.end();
  }
}

/** Into a registry layers go while others are still compressed; first those of the run image, which are there already. */
function beginUploads(
  options: BuildImageOptions,
  runImage: RunImage,
  { onSent }: ExportProgress,
): EarlyUploads | undefined {
  const { output } = options;
  if (output.kind !== "registry") return undefined;
  const uploads = earlyUploads(output, registryOf(options), onSent);
  for (const layer of (runImage.extended ?? runImage.image).layers) uploads.add(layer);
  return uploads;
}

async function imageInputs(
  environment: BuildEnvironment,
  exported: ExportedLayers,
  inputs: ExportWork,
): Promise<AppImageInputs> {
  const { options, runImage, launcher, result, build } = inputs;
  const { builder, work } = environment;
  return {
    runImage,
    exported,
    launcher,
    metadata: result.metadata,
    appDir: work.inside.app,
    platformApi: builder.platformApi,
    execEnv: build.execEnv,
    created: createdTime(options),
    defaultProcess: options.defaultProcess,
    projectSource: options.projectSource,
    directStart: builder.hasLauncher ? undefined : await startWithoutLauncher(environment, inputs),
  };
}

async function startWithoutLauncher(
  { files }: BuildEnvironment,
  { built, options, runImage, result: { metadata } }: ExportWork,
): Promise<DirectStart> {
  const { directStart } = await import("./direct-start.ts");
  const type = defaultTypeOf(metadata, options.defaultProcess);
  const imageEnv = envOf(runImage.extended ?? runImage.image);
  return directStart(files, built, { metadata, type, imageEnv, reporter: options.reporter });
}
