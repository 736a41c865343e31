import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { BuildpackRecord, LayerRecord } from "libcnb/lifecycle-rules";
import { escapeBuildpackId as escapeId } from "libcnb/spec";
import { diffIdOf } from "../../oci/layers/hashed-tar.ts";
import type { Layer } from "../../oci/model/image.ts";
import type { Reporter } from "../../reporter.ts";
import { sbomEntries } from "../export/export-entries.ts";
import { layerTar, recordOf, unchangedSha } from "../export/export-phase.ts";
import type { BuildResult } from "../phases/build-phase.ts";
import type { BuiltLayer, BuiltLayers } from "../phases/layer-files.ts";
import type { RestoredTrees } from "../phases/restore-phase.ts";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import type { CachedTree } from "./cache-commit.ts";
import type { LayerCache } from "./layer-cache.ts";
import type { surveyTree } from "./tree-survey.ts";

export interface CacheInputs {
  readonly built: readonly BuiltLayers[];
  readonly result: BuildResult;
  readonly restored: RestoredTrees;
  readonly survey: typeof surveyTree;
  /** The exported layers, so that none is hashed again. */
  readonly exported: readonly BuildpackRecord[];
  /** The layers of the image. */
  readonly layers: readonly Layer[];
  readonly cache: LayerCache;
  readonly reporter: Reporter;
}

/** Keeps the cache layers for the next build. A cache that cannot be written costs time, not the image: it only warns. */
export async function cachePhase(environment: BuildEnvironment, inputs: CacheInputs): Promise<void> {
  try {
    const trees: CachedTree[] = [];
    const buildpacks: BuildpackRecord[] = [];
    for (const built of inputs.built) buildpacks.push(await cacheBuildpack(environment, built, inputs, trees));
    const { survey } = inputs;
    const sbom = await cacheSboms(environment, inputs.result, trees);
    await inputs.cache.commit({ buildpacks, ...(sbom ? { sbom } : {}) }, trees, survey);
  } catch (error) {
    environment.signal.throwIfAborted();
    inputs.reporter.warn(`cannot keep the cache in ${inputs.cache.dir}: ${(error as Error).message}`);
  }
}

async function cacheBuildpack(
  environment: BuildEnvironment,
  { buildpack, layers }: BuiltLayers,
  inputs: CacheInputs,
  trees: CachedTree[],
): Promise<BuildpackRecord> {
  const exported = inputs.exported.find(({ id }) => id === buildpack.id)?.layers;
  const records = new Map<string, LayerRecord>();
  for (const layer of layers.filter(({ cache }) => cache)) {
    if (!layer.hostPath || !(await lstat(layer.hostPath)).isDirectory()) {
      inputs.reporter.warn(`cannot cache layer ${buildpack.id}:${layer.name}: it has no contents`);
      continue;
    }
    const sha = exported?.get(layer.name)?.sha ?? (await shaOf(environment, layer, inputs));
    records.set(layer.name, recordOf(layer, sha));
    trees.push({
      sha,
      hostPath: layer.hostPath,
      movable: isOwnDirectory(environment, layer),
      layer: inputs.layers.find(({ diffId }) => diffId === sha),
      entries: () => layerTar(environment, layer),
    });
  }
  return { id: buildpack.id, version: buildpack.version, layers: records };
}

/** Through a link in its layers directory a buildpack can show what is another layer's, or the builder's. */
const isOwnDirectory = ({ work }: BuildEnvironment, { buildpack, name, hostPath }: BuiltLayer): boolean =>
  hostPath === join(work.layers, escapeId(buildpack.id), name);

const shaOf = async (environment: BuildEnvironment, layer: BuiltLayer, inputs: CacheInputs): Promise<string> =>
  (await unchangedSha(layer, inputs)) ?? diffIdOf(await layerTar(environment, layer), environment.signal);

async function cacheSboms(
  environment: BuildEnvironment,
  { sbomDir }: BuildResult,
  trees: CachedTree[],
): Promise<string | undefined> {
  const hostPath = join(sbomDir, "cache");
  if (!(await lstat(hostPath).catch(() => undefined))) return undefined;
  const entries = () => sbomEntries("cache", hostPath, environment.builder, environment.signal);
  const sha = await diffIdOf(await entries(), environment.signal);
  trees.push({ sha, hostPath, movable: true, entries });
  return sha;
}
