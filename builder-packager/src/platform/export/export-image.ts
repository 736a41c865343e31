import type { Group } from "libcnb/lifecycle-rules";
import { cacheDir } from "../../cache-dirs.ts";
import { openBlobStore } from "../../oci/layers/blob-store.ts";
import type { Digest } from "../../oci/model/digest.ts";
import type { Image } from "../../oci/model/image.ts";
import { envOf } from "../../oci/model/mutate.ts";
import { type EarlyUploads, earlyUploads } from "../../oci/sink/early-uploads.ts";
import { type BuildSettings, registryOf } from "../build-options.ts";
import { announce } from "../build-report.ts";
import { cacheLayers } from "../cache/cache-phase.ts";
import type { LayerCache } from "../cache/layer-cache.ts";
import { surveyOnce } from "../cache/tree-survey.ts";
import { createdTime } from "../created-time.ts";
import type { LauncherVersion } from "../formats/lifecycle-metadata.ts";
import type { PreviousImage } from "../images/previous-image.ts";
import type { RunImage } from "../images/run-image.ts";
import type { BuildResult } from "../phases/build-phase.ts";
import { type BuiltLayers, readBuiltLayers } from "../phases/layer-files.ts";
import type { RestoredTrees } from "../phases/restore-phase.ts";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import { writeSboms } from "../sbom-output.ts";
import { type OutputSettings, writeOutputs } from "../write-outputs.ts";
import { type AppImageInput, appImage, defaultTypeOf } from "./app-image.ts";
import type { DirectStart } from "./direct-start.ts";
import { type ExportedLayer, exportLevel } from "./export-layer.ts";
import { type ExportedLayers, type ExportLayersInput, exportLayers } from "./export-phase.ts";
import { type ExportProgress, exportProgress } from "./export-progress.ts";

/** The inputs of the export phase. */
export interface ExportInput {
  readonly runImage: RunImage;
  readonly previousImage: PreviousImage | undefined;
  readonly group: Group;
  readonly result: BuildResult;
  readonly restored: RestoredTrees;
  readonly cache: LayerCache;
  readonly launcher: LauncherVersion;
  readonly execEnv: string;
  readonly settings: ExportSettings;
}

/** The options of a build that affect the exported image. */
export type ExportSettings = OutputSettings &
  Pick<
    BuildSettings,
    "checkImage" | "compression" | "creationTime" | "defaultProcess" | "projectSource" | "sbomDir" | "env" | "reporter"
  >;

/** The digest and layers of the exported image. */
export interface ExportedImage {
  readonly manifestDigest: Digest;
  readonly layers: readonly ExportedLayer[];
}

/**
 * Writes the image to all its outputs, then writes the layers to cache into the cache. Throws
 * EXPORT_FAILED, OUTPUT_UNWRITABLE.
 */
export async function exportImage(environment: BuildEnvironment, input: ExportInput): Promise<ExportedImage> {
  const { group, result, restored, cache, settings } = input;
  const { env, compression, sbomDir, reporter } = settings;
  reporter.step("Exporting");
  const survey = surveyOnce();
  const built = await readBuiltLayers(environment.files, group);
  const store = await openBlobStore(cacheDir(env, "blobs"), { compression, level: exportLevel });
  const { exported, image, manifestDigest } = await makeAndWrite(environment, input, { built, store, survey });
  if (sbomDir !== undefined) await writeSboms(result.sbomDir, sbomDir);
  const { layers } = image;
  const { buildpacks } = exported.metadata;
  await cacheLayers(environment, { built, result, restored, survey, exported: buildpacks, layers, cache, reporter });
  return { manifestDigest, layers: exported.layers };
}

/** The layers that the buildpacks left, and the means to read and store them. */
type LayerSources = Pick<ExportLayersInput, "built" | "store" | "survey">;

interface WrittenImage {
  readonly exported: ExportedLayers;
  readonly image: Image;
  readonly manifestDigest: Digest;
}

/**
 * Creates the layers and writes the image. For a registry, layers are uploaded while others are
 * still created.
 */
async function makeAndWrite(
  environment: BuildEnvironment,
  input: ExportInput,
  { built, store, survey }: LayerSources,
): Promise<WrittenImage> {
  const { runImage, previousImage, result, restored, settings } = input;
  const { reporter } = settings;
  const progress = exportProgress(reporter);
  try {
    const uploads = beginUploads(settings, runImage, progress);
    const exported = await exportLayers(environment, {
      built,
      result,
      previousImage,
      restored,
      survey,
      store,
      onLayer: (layer) => announce(reporter, layer),
      onMade: ({ layer }) => uploads?.add(layer),
      onBytes: progress.onRead,
    });
    const made = appImage(await appImageInput(environment, input, built, exported));
    await settings.checkImage?.(made);
    const image = (await uploads?.finished(made)) ?? made;
    const { manifestDigest } = await writeOutputs(image, settings);
    return { exported, image, manifestDigest };
  } finally {
    progress.end();
  }
}

/**
 * Begins uploads to a registry, so that layers are uploaded while others are still compressed. The
 * run image's layers are first, because the registry often has them already.
 */
function beginUploads(
  settings: ExportSettings,
  runImage: RunImage,
  { onSent }: ExportProgress,
): EarlyUploads | undefined {
  const { output, checkImage } = settings;
  // A check comes before any upload: a layer can contain a secret.
  if (output.kind !== "registry" || checkImage !== undefined) return undefined;
  const uploads = earlyUploads(output, registryOf(settings), onSent);
  for (const layer of (runImage.extended ?? runImage.image).layers) uploads.add(layer);
  return uploads;
}

async function appImageInput(
  environment: BuildEnvironment,
  input: ExportInput,
  built: readonly BuiltLayers[],
  exported: ExportedLayers,
): Promise<AppImageInput> {
  const { runImage, launcher, result, execEnv, settings } = input;
  const { builder, work } = environment;
  return {
    runImage,
    exported,
    launcher,
    metadata: result.metadata,
    appDir: work.inside.app,
    platformApi: builder.platformApi,
    execEnv,
    created: createdTime(settings),
    defaultProcess: settings.defaultProcess,
    projectSource: settings.projectSource,
    directStart: builder.hasLauncher ? undefined : await startWithoutLauncher(environment, input, built),
  };
}

async function startWithoutLauncher(
  { files }: BuildEnvironment,
  { runImage, result: { metadata }, settings: { defaultProcess, reporter } }: ExportInput,
  built: readonly BuiltLayers[],
): Promise<DirectStart> {
  const { directStart } = await import("./direct-start.ts");
  const type = defaultTypeOf(metadata, defaultProcess);
  const imageEnv = envOf(runImage.extended ?? runImage.image);
  return directStart(files, built, { metadata, type, imageEnv, reporter });
}
