import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { BuildpackRecord, LayerRecord } from "libcnb/lifecycle-rules";
import { escapeBuildpackId as escapeId } from "libcnb/spec";
import { defined } from "../../defined.ts";
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
import type { SurveyTree } from "./tree-survey.ts";

/** The layers of a build, from which {@link cacheLayers} chooses those to cache. */
export interface CacheLayersInput {
  readonly built: readonly BuiltLayers[];
  readonly result: BuildResult;
  readonly restored: RestoredTrees;
  readonly survey: SurveyTree;
  /** The exported layers, whose digests are already known. */
  readonly exported: readonly BuildpackRecord[];
  /** The layers of the new image. */
  readonly layers: readonly Layer[];
  readonly cache: LayerCache;
  readonly reporter: Reporter;
}

/**
 * Stores the cached layers for the next build. If the cache cannot be written, the build only
 * warns.
 */
export async function cacheLayers(environment: BuildEnvironment, input: CacheLayersInput): Promise<void> {
  try {
    const trees: CachedTree[] = [];
    const buildpacks: BuildpackRecord[] = [];
    for (const built of input.built) buildpacks.push(await cacheBuildpack(environment, built, input, trees));
    const { survey } = input;
    const sbom = await cacheSboms(environment, input.result, trees);
    await input.cache.commit({ buildpacks, ...defined({ sbom: sbom || undefined }) }, trees, survey);
  } catch (error) {
    environment.signal.throwIfAborted();
    input.reporter.warn(`cannot keep the cache in ${input.cache.dir}: ${(error as Error).message}`);
  }
}

async function cacheBuildpack(
  environment: BuildEnvironment,
  { buildpack, layers }: BuiltLayers,
  input: CacheLayersInput,
  trees: CachedTree[],
): Promise<BuildpackRecord> {
  const exported = input.exported.find(({ id }) => id === buildpack.id)?.layers;
  const records = new Map<string, LayerRecord>();
  for (const layer of layers.filter(({ cache }) => cache)) {
    if (!layer.hostPath || !(await lstat(layer.hostPath)).isDirectory()) {
      input.reporter.warn(`cannot cache layer ${buildpack.id}:${layer.name}: it has no contents`);
      continue;
    }
    const sha = exported?.get(layer.name)?.sha ?? (await shaOf(environment, layer, input));
    records.set(layer.name, recordOf(layer, sha));
    trees.push({
      sha,
      hostPath: layer.hostPath,
      movable: isOwnDirectory(environment, layer),
      layer: input.layers.find(({ diffId }) => diffId === sha),
      entries: () => layerTar(environment, layer),
    });
  }
  return { id: buildpack.id, version: buildpack.version, layers: records };
}

/**
 * True if the layer is a directory of its own. If the buildpack put a symbolic link in its layers
 * directory, `hostPath` may be another layer's directory, or the builder's.
 */
const isOwnDirectory = ({ work }: BuildEnvironment, { buildpack, name, hostPath }: BuiltLayer): boolean =>
  hostPath === join(work.layers, escapeId(buildpack.id), name);

const shaOf = async (environment: BuildEnvironment, layer: BuiltLayer, input: CacheLayersInput): Promise<string> =>
  (await unchangedSha(layer, input)) ?? diffIdOf(await layerTar(environment, layer), environment.signal);

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
