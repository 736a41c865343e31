import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nameOf } from "libcnb/internal";
import type { BuildpackRecord, GroupElement, LayerRecord } from "libcnb/lifecycle-rules";
import { concurrently } from "../../concurrently.ts";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import type { BlobStore } from "../../oci/layers/blob-store.ts";
import type { Digest } from "../../oci/model/digest.ts";
import type { SurveyTree } from "../cache/tree-survey.ts";
import { goJson, sortedTables } from "../formats/go-json.ts";
import type { LayersMetadata } from "../formats/lifecycle-metadata.ts";
import { ofBuilder } from "../formats/order-toml.ts";
import type { PreviousImage } from "../images/previous-image.ts";
import { writeMetadataToml } from "../metadata-toml.ts";
import { launcherFile, lifecycleDir } from "../paths.ts";
import type { BuildResult } from "../phases/build-phase.ts";
import type { BuiltLayer, BuiltLayers } from "../phases/layer-files.ts";
import type { RestoredTrees } from "../phases/restore-phase.ts";
import { copySbom } from "../phases/sbom-content.ts";
import { sbomExtensions } from "../phases/sbom-files.ts";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import {
  appEntries,
  configEntries,
  launcherEntries,
  layerEntries,
  processTypeEntries,
  sbomEntries,
} from "./export-entries.ts";
import { type ExportedLayer, exportLayer, type LayerSource, listedEntries } from "./export-layer.ts";

/** The results of the build from which the layers of the image are created. */
export interface ExportLayersInput {
  readonly built: readonly BuiltLayers[];
  readonly result: BuildResult;
  readonly previousImage: PreviousImage | undefined;
  readonly restored: RestoredTrees;
  readonly survey: SurveyTree;
  readonly store: BlobStore;
  /** Called for each layer, in the order of the image's layers. */
  readonly onLayer: (layer: ExportedLayer) => void;
  /** Called for each layer as soon as it is complete. */
  readonly onMade?: ((layer: ExportedLayer) => void) | undefined;
  /** Called with the number of bytes read, for each chunk. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/**
 * All layers on top of the run image, in the lifecycle's order, with the metadata for the label
 * `io.buildpacks.lifecycle.metadata`.
 */
export interface ExportedLayers {
  readonly layers: readonly ExportedLayer[];
  readonly metadata: Omit<LayersMetadata, "runImage">;
}

/**
 * The number of layers that are hashed and compressed at the same time. Each needs some megabytes
 * of memory.
 */
const layersAtOnce = 3;

/** Creates the layers of the app image, several at a time. Throws EXPORT_FAILED. */
export async function exportLayers(environment: BuildEnvironment, input: ExportLayersInput): Promise<ExportedLayers> {
  const buildpacks: (readonly PlannedLayer[])[] = [];
  for (const built of input.built) buildpacks.push(await launchLayers(environment, built, input));
  const sbom = await sbomSource(environment, input);
  const app = await appSources(environment, input);
  const launcher = await launcherSources(environment, input);
  const layers = await makeLayers([...buildpacks.flat(), sbom, ...app, ...launcher], input, environment.signal);
  const shas = layers.map(({ layer }) => layer.diffId);
  const records = input.built.map((built, index) => {
    return buildpackRecord(built, shas.splice(0, buildpacks[index]?.length));
  });
  const [sbomSha = "", ...rest] = shas;
  const [launcherSha = "", config = "", processTypes = ""] = rest.slice(app.length);
  return {
    layers,
    metadata: {
      app: rest.slice(0, app.length),
      sbom: sbomSha,
      buildpacks: records,
      launcher: launcherSha,
      config,
      processTypes,
    },
  };
}

/** A layer to be made, or one of the previous image that stays. */
type PlannedLayer = LayerSource | ExportedLayer;

async function makeLayers(
  planned: readonly PlannedLayer[],
  input: ExportLayersInput,
  signal: AbortSignal,
): Promise<readonly ExportedLayer[]> {
  const means = { previous: input.previousImage?.image, store: input.store, onBytes: input.onBytes, signal };
  const make = async (one: PlannedLayer): Promise<ExportedLayer> => {
    const layer = "layer" in one ? one : await exportLayer(one, means);
    input.onMade?.(layer);
    return layer;
  };
  const announced = inOrder(input.onLayer);
  return concurrently(
    planned.map((one, index) => ({ one, index })),
    async ({ one, index }) => announced(index, await make(one)),
    { limit: layersAtOnce },
  );
}

/**
 * Returns a function that passes items on in the order of their indexes. The function can be called
 * in any order.
 */
function inOrder<Item>(give: (item: Item) => void): (index: number, item: Item) => Item {
  const waiting = new Map<number, Item>();
  let next = 0;
  return (index, item) => {
    waiting.set(index, item);
    for (let first = waiting.get(next); first !== undefined; first = waiting.get(next)) {
      waiting.delete(next++);
      give(first);
    }
    return item;
  };
}

async function launchLayers(
  environment: BuildEnvironment,
  { buildpack, layers }: BuiltLayers,
  input: ExportLayersInput,
): Promise<readonly PlannedLayer[]> {
  const before = input.previousImage?.metadata.buildpacks.find(({ id }) => id === buildpack.id)?.layers;
  const planned: PlannedLayer[] = [];
  for (const layer of layers.filter(isLaunch)) {
    const old = before?.get(layer.name)?.sha;
    planned.push(
      layer.hostPath ? await layerSource(environment, layer, input, old) : keptLayer(layer, old, input.previousImage),
    );
  }
  return planned;
}

const isLaunch = ({ launch }: BuiltLayer): boolean => launch;

/** Refuses metadata with inf or nan, which JSON does not have. The lifecycle fails as well. */
function checkMetadata(buildpack: GroupElement, file: string, metadata: unknown): void {
  if (!hasUnwritable(metadata)) return;
  throw new CnbError(
    "EXPORT_FAILED",
    `${file} of buildpack ${nameOf(buildpack)} has the number inf or nan in its metadata`,
    {
      hint: "The image's labels are JSON, which does not support inf and nan. Report this to the buildpack's author.",
    },
  );
}

function hasUnwritable(value: unknown): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnwritable);
}

function buildpackRecord({ buildpack, layers, store }: BuiltLayers, shas: readonly string[]): BuildpackRecord {
  if (store) checkMetadata(buildpack, "store.toml", store.metadata);
  for (const { name, metadata } of layers.filter(isLaunch)) checkMetadata(buildpack, `${name}.toml`, metadata);
  const records = layers.filter(isLaunch).map((layer, at) => [layer.name, recordOf(layer, shas[at] ?? "")] as const);
  return { id: buildpack.id, version: buildpack.version, layers: new Map(records), ...defined({ store }) };
}

/** Creates the record of a layer for the image's label and for the cache. */
export function recordOf({ build, launch, cache, metadata }: BuiltLayer, sha: string): LayerRecord {
  return { sha, build, launch, cache, ...defined({ metadata }) };
}

const identifierOf = ({ buildpack, name }: BuiltLayer): string => `${buildpack.id}:${name}`;

const createdBy = ({ buildpack, name }: BuiltLayer): string =>
  `Layer: '${name}', Created by buildpack: ${nameOf(buildpack)}`;

async function layerSource(
  environment: BuildEnvironment,
  layer: BuiltLayer,
  input: Pick<ExportLayersInput, "restored" | "survey">,
  previousDiffId: string | undefined,
): Promise<LayerSource> {
  const known = await unchangedSha(layer, input);
  return {
    name: identifierOf(layer),
    createdBy: createdBy(layer),
    previousDiffId,
    ...defined({ knownDiffId: known }),
    entries: () => layerTar(environment, layer),
  };
}

/** Lists the tar entries of a layer. The layer must have a directory. */
export const layerTar = (environment: BuildEnvironment, layer: BuiltLayer) =>
  layerEntries(layer.path, layer.hostPath ?? "", environment.work, environment.builder, environment.signal);

/**
 * Returns the diff ID of a layer that was restored from the cache and not modified by the build;
 * undefined for any other layer.
 */
export async function unchangedSha(
  { path, hostPath }: BuiltLayer,
  { restored, survey }: Pick<ExportLayersInput, "restored" | "survey">,
): Promise<Digest | undefined> {
  const tree = restored.get(path);
  return tree && hostPath && (await survey(hostPath))?.fingerprint === tree.fingerprint
    ? (tree.sha as Digest)
    : undefined;
}

/**
 * Finds a launch layer without a directory in the previous image: the buildpack reuses it.
 */
function keptLayer(layer: BuiltLayer, sha: string | undefined, previous: PreviousImage | undefined): ExportedLayer {
  const name = identifierOf(layer);
  if (layer.cache)
    throw new CnbError(
      "EXPORT_FAILED",
      `cannot cache layer '${name}': its toml has "cache = true", but the layer has no directory`,
      {
        hint: "Build with --clear-cache, and contact the buildpack's author.",
      },
    );
  const kept = previous?.image.layers.find(({ diffId }) => diffId === sha);
  if (kept)
    return {
      name,
      createdBy: createdBy(layer),
      layer: kept,
      state: "reused",
      reason: "its buildpack reuses the layer of the previous image",
    };
  throw new CnbError("EXPORT_FAILED", `cannot reuse layer '${name}': the previous image has no such layer`, {
    hint: "Build with --clear-cache, and contact the buildpack's author.",
  });
}

/** Adds the launcher's own SBOMs, which are in the builder, to those of the buildpacks. */
async function sbomSource(
  { files, builder, signal }: BuildEnvironment,
  { result, previousImage }: ExportLayersInput,
): Promise<LayerSource> {
  const dir = join(result.sbomDir, "launch");
  const launcherDir = join(dir, "buildpacksio_lifecycle/launcher");
  await mkdir(dir, { recursive: true });
  for (const name of sbomExtensions) {
    const found = await files.find(`${lifecycleDir}/launcher.${name}`);
    if (found?.kind !== "file") continue;
    await mkdir(launcherDir, { recursive: true });
    await ofBuilder(`SBOM launcher.${name}`, () => copySbom(found, join(launcherDir, name), `launcher.${name}`));
  }
  await writeFile(join(dir, "sbom.legacy.json"), `${unstructuredBom(result)}\n`);
  const entries = () => sbomEntries("launch", dir, builder, signal);
  return {
    name: "SBOM",
    createdBy: "Software Bill-of-Materials",
    previousDiffId: previousImage?.metadata.sbom,
    entries,
  };
}

/**
 * The deprecated `[[bom]]` entries of all buildpacks, as the lifecycle writes them: `null` if there
 * are none.
 */
function unstructuredBom({ bom }: BuildResult): string {
  const entries = bom.flatMap(({ buildpack: { id, version }, entries }) =>
    entries.map(({ name, metadata }) => ({ name, metadata: sortedTables(metadata), buildpack: { id, version } })),
  );
  return goJson(entries.length === 0 ? null : entries);
}

async function appSources(
  { work, builder, signal }: BuildEnvironment,
  { result, previousImage }: ExportLayersInput,
): Promise<readonly LayerSource[]> {
  const entries = () => appEntries(work, result.metadata.slices, builder, signal);
  const slices = await listedEntries({ name: "app", entries });
  return slices.map((entries, index) => ({
    name: slices.length === 1 ? "app" : `app slice ${index + 1} of ${slices.length}`,
    createdBy: slices.length === 1 ? "Application Layer" : `Application Slice: ${index + 1}`,
    previousDiffId: previousImage?.metadata.app[index],
    entries: async () => entries,
  }));
}

/**
 * The layers of the launcher, of its configuration, and of the links per process type, if there are
 * processes. None if the builder has no launcher.
 */
async function launcherSources(
  { files, builder }: BuildEnvironment,
  { result: { metadata }, previousImage }: ExportLayersInput,
): Promise<readonly LayerSource[]> {
  const before = previousImage?.metadata;
  if (!builder.hasLauncher) return [];
  const binary = await files.find(launcherFile);
  if (binary?.kind !== "file")
    throw new CnbError("BUILDER_INVALID", `the builder has no ${launcherFile}`, {
      hint: "Use another builder with --builder, or report this to the builder's author.",
    });
  const launcher: LayerSource = {
    name: "launcher",
    createdBy: "Buildpacks Application Launcher",
    previousDiffId: before?.launcher,
    entries: () => launcherEntries(binary.hostPath),
  };
  const config: LayerSource = {
    name: "config",
    createdBy: "Buildpacks Launcher Config",
    previousDiffId: before?.config,
    entries: async () => configEntries(writeMetadataToml(metadata), builder),
  };
  const processTypes: LayerSource = {
    name: "process types",
    createdBy: "Buildpacks Process Types",
    previousDiffId: before?.processTypes,
    entries: async () => processTypeEntries(metadata.processes),
  };
  return [launcher, config, ...(metadata.processes.length === 0 ? [] : [processTypes])];
}
