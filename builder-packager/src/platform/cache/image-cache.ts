import { mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { concurrently } from "../../concurrently.ts";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { readImage, writeImage } from "../../oci/image-io.ts";
import type { BlobStore } from "../../oci/layers/blob-store.ts";
import { extractImage } from "../../oci/layers/extract.ts";
import { createLayer } from "../../oci/layers/layer.ts";
import type { Image, Layer } from "../../oci/model/image.ts";
import { appendLayers, emptyImage, labelsOf, withLabels } from "../../oci/model/mutate.ts";
import { formatImageReference, type RegistryReference } from "../../oci/model/reference.ts";
import { serializeImage } from "../../oci/model/serialize.ts";
import type { Platform } from "../../oci/model/spec.ts";
import { ownImages, type RegistryOptions } from "../../oci/registry-options.ts";
import { type CacheMetadata, cacheMetadataJson, noCache, parseCacheMetadata } from "../formats/lifecycle-metadata.ts";
import type { CachedTree } from "./cache-commit.ts";
import type { LayerCache, RestoredTree } from "./layer-cache.ts";
import { fingerprintOf } from "./tree-survey.ts";

/** Options for a cache that is an image in a registry. */
export interface ImageCacheUse {
  /** The path of the build's work directory. */
  readonly work: string;
  /** The store for new layers of the cache image. */
  readonly store: BlobStore;
  readonly registry: RegistryOptions;
  /** The platform of the builder, which the cache image gets as well. */
  readonly platform: Platform;
}

const cacheLabel = "io.buildpacks.lifecycle.cache.metadata";

/**
 * Opens an app's cache as an image in a registry, compatible with the lifecycle's `-cache-image`: a
 * layer for each cached layer and one for the SBOM files, and a label that lists them.
 *
 * Only restored layers are downloaded, and only new ones are uploaded. The tag is written last, so
 * a killed build leaves the cache unchanged. If two builds run at the same time, the last one wins.
 */
export async function openImageCache(reference: RegistryReference, use: ImageCacheUse): Promise<LayerCache> {
  const { image, metadata, problem } = await readCacheImage(reference, use.registry);
  const layers = new Map(image?.layers.map((layer) => [layer.diffId as string, layer]));
  let before = image;
  return {
    dir: formatImageReference(reference),
    metadata,
    ...defined({ problem }),
    async restore(sha, target, path) {
      const layer = layers.get(sha);
      const restored = layer && (await restoreLayer(layer, target, path, use));
      if (restored || !layer) return restored;
      // The registry has lost it or has something else: it is not what the next cache can name.
      layers.delete(sha);
      before = undefined;
      return undefined;
    },
    commit: (next, trees) => commitImage(reference, next, trees, { ...use, before, layers }),
    close: async () => [],
  };
}

interface CacheImage {
  readonly image?: Image;
  readonly metadata: CacheMetadata;
  /** The reason why it is empty although it may exist. */
  readonly problem?: string;
}

/** Reads the cache image. If it cannot be read, the build continues with an empty cache. */
async function readCacheImage(reference: RegistryReference, registry: RegistryOptions): Promise<CacheImage> {
  try {
    const image = await readImage(reference, { registry: ownImages(registry) });
    const metadata = parseCacheMetadata(labelsOf(image)[cacheLabel] ?? "");
    const problem = `${formatImageReference(reference)} has no valid label ${cacheLabel}`;
    return metadata ? { image, metadata } : { metadata: noCache, problem };
  } catch (error) {
    registry.signal?.throwIfAborted();
    if (!(error instanceof CnbError)) throw error;
    return { metadata: noCache, ...defined({ problem: error.code === "IMAGE_NOT_FOUND" ? undefined : error.message }) };
  }
}

/**
 * Unpacks a layer into a temporary directory, verifies its digest, and moves its files at `path` to
 * `target`.
 */
async function restoreLayer(
  layer: Layer,
  target: string,
  path: string,
  { work, registry: { signal } }: ImageCacheUse,
): Promise<RestoredTree | undefined> {
  const ownership = process.getuid?.() === 0 ? "keep" : "ignore";
  const dir = await mkdtemp(join(work, "cached-layer-"));
  const image = { ...emptyImage({ os: "linux", architecture: "amd64" }), layers: [layer] };
  try {
    await extractImage(image, dir, { ownership, devices: "skip", signal });
    await rename(join(dir, path), target);
    return { fingerprint: await fingerprintOf(target, signal), fresh: true };
  } catch {
    signal?.throwIfAborted();
    return undefined;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Commit extends ImageCacheUse {
  /** The unmodified cache, unless a part of it is lost. */
  readonly before: Image | undefined;
  /** The intact layers of the previous cache image, by diff ID. */
  readonly layers: ReadonlyMap<string, Layer>;
}

const layersAtOnce = 3;

async function commitImage(
  reference: RegistryReference,
  metadata: CacheMetadata,
  trees: readonly CachedTree[],
  use: Commit,
): Promise<void> {
  const unique = [...new Map(trees.map((tree) => [tree.sha, tree])).values()];
  const layers = await concurrently(unique, (tree) => layerOf(tree, use), { limit: layersAtOnce });
  // Some registries take no image without layers; the lifecycle adds an empty one, too.
  if (layers.length === 0) layers.push(await createLayer([], use.store));
  const plain = appendLayers(
    emptyImage(use.platform),
    layers.map((layer) => ({ layer })),
  );
  const image = withLabels(plain, { [cacheLabel]: cacheMetadataJson(metadata) });
  if (use.before && isSame(image, use.before)) return;
  await writeImage(image, reference, { registry: use.registry });
}

const isSame = (one: Image, other: Image): boolean =>
  serializeImage(one).manifestDigest === serializeImage(other).manifestDigest;

/** The layer of a tree: from the cache, from the export, or newly created. */
async function layerOf({ sha, layer, entries }: CachedTree, { layers, store }: Commit): Promise<Layer> {
  const known = layers.get(sha) ?? layer;
  if (known) return known;
  const made = await createLayer(entries ? await entries() : [], store);
  if (made.diffId === sha) return made;
  throw new CnbError("FILE_CHANGED", `the files of layer ${sha} changed while cnb wrote them to the cache image`, {
    hint: "Run the command again when nothing else writes to these files.",
  });
}
