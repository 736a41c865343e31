import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildpackRecord, type LayerRecord, nameOf } from "libcnb/platform";
import { CnbError } from "../errors.ts";
import type { BlobStore } from "../oci/blob-store.ts";
import type { Digest } from "../oci/digest.ts";
import type { BuildResult } from "./build-phase.ts";
import type { BuildRoom } from "./build-room.ts";
import {
  appEntries,
  configEntries,
  launcherEntries,
  layerEntries,
  processTypeEntries,
  sbomEntries,
} from "./export-entries.ts";
import { type ExportedLayer, exportLayer, type LayerSource } from "./export-layer.ts";
import type { BuiltLayer, BuiltLayers } from "./layer-files.ts";
import type { LayersMetadata } from "./lifecycle-metadata.ts";
import { writeMetadataToml } from "./metadata-toml.ts";
import { launcherFile, lifecycleDir } from "./paths.ts";
import type { PreviousImage } from "./previous-image.ts";
import type { RestoredTrees } from "./restore-phase.ts";
import { sbomExtensions } from "./sbom-files.ts";
import type { surveyTree } from "./tree-survey.ts";

export interface ExportInputs {
  readonly built: readonly BuiltLayers[];
  readonly result: BuildResult;
  readonly previous: PreviousImage | undefined;
  readonly restored: RestoredTrees;
  readonly survey: typeof surveyTree;
  readonly store: BlobStore;
  readonly onLayer: (layer: ExportedLayer) => void;
}

/** All layers that go on top of the run image, in the lifecycle's order (spec row D32), and what the label says of them. */
export interface ExportedLayers {
  readonly layers: readonly ExportedLayer[];
  readonly metadata: Omit<LayersMetadata, "runImage">;
}

/** Makes the layers of the app image. Throws EXPORT_FAILED. */
export async function exportLayers(room: BuildRoom, inputs: ExportInputs): Promise<ExportedLayers> {
  const layers: ExportedLayer[] = [];
  const add = async (source: LayerSource): Promise<string> =>
    announce(await exportLayer(source, inputs.previous?.image, inputs.store));
  const announce = (layer: ExportedLayer): string => {
    layers.push(layer);
    inputs.onLayer(layer);
    return layer.layer.diffId;
  };
  const buildpacks: BuildpackRecord[] = [];
  for (const built of inputs.built) buildpacks.push(await exportBuildpack(room, built, inputs, add, announce));
  const sbom = await add(await sbomSource(room, inputs));
  const app = await exportApp(room, inputs, add);
  const { launcher, config, processTypes } = await exportLauncher(room, inputs, add);
  return { layers, metadata: { app, sbom, buildpacks, config, launcher, processTypes } };
}

type Add = (source: LayerSource) => Promise<string>;

async function exportBuildpack(
  room: BuildRoom,
  { buildpack, layers, store }: BuiltLayers,
  inputs: ExportInputs,
  add: Add,
  announce: (layer: ExportedLayer) => string,
): Promise<BuildpackRecord> {
  const before = inputs.previous?.metadata.buildpacks.find(({ id }) => id === buildpack.id)?.layers;
  const records = new Map<string, LayerRecord>();
  for (const layer of layers.filter(({ launch }) => launch)) {
    const old = before?.get(layer.name)?.sha;
    const sha = layer.hostPath
      ? await add(layerSource(room, layer, inputs, old))
      : announce(keptLayer(layer, old, inputs.previous));
    records.set(layer.name, recordOf(layer, sha));
  }
  return { id: buildpack.id, version: buildpack.version, layers: records, ...(store ? { store } : {}) };
}

/** What label and cache remember of a layer. */
export function recordOf({ build, launch, cache, metadata }: BuiltLayer, sha: string): LayerRecord {
  return { sha, build, launch, cache, ...(metadata === undefined ? {} : { metadata }) };
}

const identifierOf = ({ buildpack, name }: BuiltLayer): string => `${buildpack.id}:${name}`;

const createdBy = ({ buildpack, name }: BuiltLayer): string =>
  `Layer: '${name}', Created by buildpack: ${nameOf(buildpack)}`;

function layerSource(
  room: BuildRoom,
  layer: BuiltLayer,
  inputs: Pick<ExportInputs, "restored" | "survey">,
  previousDiffId: string | undefined,
): LayerSource {
  const known = unchangedSha(layer, inputs);
  return {
    name: identifierOf(layer),
    createdBy: createdBy(layer),
    previousDiffId,
    ...(known ? { knownDiffId: known } : {}),
    entries: () => layerTar(room, layer),
  };
}

/** The files of a layer that has some. */
export const layerTar = (room: BuildRoom, layer: BuiltLayer) =>
  layerEntries(layer.path, layer.hostPath ?? "", room.work.layers, room.builder);

/** The sha of a layer that came from the cache and was not touched by the build. */
export function unchangedSha(
  { path, hostPath }: BuiltLayer,
  { restored, survey }: Pick<ExportInputs, "restored" | "survey">,
): Digest | undefined {
  const tree = restored.get(path);
  return tree && hostPath && survey(hostPath)?.fingerprint === tree.fingerprint ? (tree.sha as Digest) : undefined;
}

/** A launch layer without a directory: the buildpack keeps the one of the previous image (spec rows 33, 34). */
function keptLayer(layer: BuiltLayer, sha: string | undefined, previous: PreviousImage | undefined): ExportedLayer {
  const name = identifierOf(layer);
  if (layer.cache) throw new CnbError("EXPORT_FAILED", `layer '${name}' is cache=true but has no contents`);
  const kept = previous?.image.layers.find(({ diffId }) => diffId === sha);
  if (kept)
    return {
      name,
      createdBy: createdBy(layer),
      layer: kept,
      state: "reused",
      reason: "its buildpack kept the one of the previous image",
    };
  throw new CnbError("EXPORT_FAILED", `cannot reuse '${name}', the previous image has no such layer`, {
    hint: "Build with --clear-cache, and tell the buildpack's author.",
  });
}

/** Adds the launcher's own SBOMs, which are in the builder, to those of the buildpacks. */
async function sbomSource({ files, builder }: BuildRoom, { result, previous }: ExportInputs): Promise<LayerSource> {
  const dir = join(result.sbomDir, "launch");
  const launcherDir = join(dir, "buildpacksio_lifecycle/launcher");
  await mkdir(dir, { recursive: true });
  for (const name of sbomExtensions) {
    const found = await files.find(`${lifecycleDir}/launcher.${name}`);
    if (found?.kind !== "file") continue;
    await mkdir(launcherDir, { recursive: true });
    await copyFile(found.hostPath, join(launcherDir, name));
  }
  // The lifecycle writes the unstructured bill of materials that no buildpack fills any more.
  await writeFile(join(dir, "sbom.legacy.json"), "null\n");
  const entries = () => sbomEntries("launch", dir, builder);
  return { name: "SBOM", createdBy: "Software Bill-of-Materials", previousDiffId: previous?.metadata.sbom, entries };
}

async function exportApp(
  { work, builder }: BuildRoom,
  { result, previous }: ExportInputs,
  add: Add,
): Promise<readonly string[]> {
  const slices = await appEntries(work.app, result.metadata.slices, builder);
  const shas: string[] = [];
  for (const [index, entries] of slices.entries()) {
    const number = slices.length === 1 ? "" : ` slice ${index + 1} of ${slices.length}`;
    const history = slices.length === 1 ? "Application Layer" : `Application Slice: ${index + 1}`;
    shas.push(
      await add({
        name: `app${number}`,
        createdBy: history,
        previousDiffId: previous?.metadata.app[index],
        entries: async () => entries,
      }),
    );
  }
  return shas;
}

async function exportLauncher({ files, builder }: BuildRoom, { result, previous }: ExportInputs, add: Add) {
  const before = previous?.metadata;
  const binary = await files.find(launcherFile);
  if (binary?.kind !== "file") throw new CnbError("BUILDER_INVALID", `the builder has no ${launcherFile}`);
  const source = (
    name: string,
    createdBy: string,
    previousDiffId: string | undefined,
    entries: LayerSource["entries"],
  ) => add({ name, createdBy, previousDiffId, entries });
  const launcher = await source("launcher", "Buildpacks Application Launcher", before?.launcher, () =>
    launcherEntries(binary.hostPath),
  );
  const config = await source("config", "Buildpacks Launcher Config", before?.config, async () =>
    configEntries(writeMetadataToml(result.metadata), builder),
  );
  const { processes } = result.metadata;
  if (processes.length === 0) return { launcher, config, processTypes: "" };
  const processTypes = await source("process types", "Buildpacks Process Types", before?.processTypes, async () =>
    processTypeEntries(processes),
  );
  return { launcher, config, processTypes };
}
