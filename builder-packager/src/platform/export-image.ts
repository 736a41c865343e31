import type { Group } from "libcnb/platform";
import { cacheDir } from "../cache-dirs.ts";
import { openBlobStore } from "../oci/blob-store.ts";
import type { Digest } from "../oci/digest.ts";
import { appImage } from "./app-image.ts";
import type { BuildImageOptions } from "./build-options.ts";
import type { BuildResult } from "./build-phase.ts";
import { announce } from "./build-report.ts";
import type { BuildRoom } from "./build-room.ts";
import { cachePhase } from "./cache-phase.ts";
import { createdTime } from "./created-time.ts";
import type { BuildTarget } from "./detect-phase.ts";
import type { ExportedLayer } from "./export-layer.ts";
import { type ExportedLayers, exportLayers } from "./export-phase.ts";
import type { LayerCache } from "./layer-cache.ts";
import { readBuiltLayers } from "./layer-files.ts";
import type { LauncherVersion } from "./lifecycle-metadata.ts";
import type { PreviousImage } from "./previous-image.ts";
import type { RestoredTrees } from "./restore-phase.ts";
import type { RunImage } from "./run-image.ts";
import { surveyOnce } from "./tree-survey.ts";
import { writeOutputs } from "./write-outputs.ts";

/** What buildpacks made, and what it becomes an image with. */
export interface ExportImageInputs {
  readonly options: BuildImageOptions;
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
export async function exportImage(room: BuildRoom, inputs: ExportImageInputs): Promise<ExportedImage> {
  const { options, group, previous, result, restored, cache } = inputs;
  const { reporter, env } = options;
  const survey = surveyOnce();
  const built = await readBuiltLayers(room.files, group);
  const store = await openBlobStore(cacheDir(env, "blobs"));
  const onLayer = (layer: ExportedLayer) => announce(reporter, layer);
  const exported = await exportLayers(room, { built, result, previous, restored, survey, store, onLayer });
  const { manifestDigest } = await writeOutputs(imageOf(room, exported, inputs), options);
  await cachePhase(room, { built, result, restored, survey, exported: exported.metadata.buildpacks, cache, reporter });
  return { manifestDigest, layers: exported.layers };
}

function imageOf({ builder }: BuildRoom, exported: ExportedLayers, inputs: ExportImageInputs) {
  const { options, runImage, launcher, result, build } = inputs;
  return appImage({
    ...{ runImage, exported, launcher, metadata: result.metadata },
    platformApi: builder.platformApi,
    execEnv: build.execEnv,
    created: createdTime(options),
    defaultProcess: options.defaultProcess,
  });
}
