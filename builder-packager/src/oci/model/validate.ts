import { concurrently } from "../../concurrently.ts";
import { openUnverified } from "../layers/blob-layer.ts";
import { configIssues } from "../validation/config.ts";
import { issuesOf, measureLayer, mismatch, within } from "../validation/measure.ts";
import { compressionIssues, typeIssues } from "../validation/media-types.ts";
import { parseImageConfig, parseManifest } from "./document.ts";
import type { Image, Layer } from "./image.ts";
import { serializeImage } from "./serialize.ts";

/** Layers read at a time. */
const concurrency = 2;

/**
 * Reads an image completely and describes each inconsistency. Checks digests, sizes, diff IDs,
 * media types, and the manifest and configuration against the layers. The result is empty for a
 * valid image.
 *
 * @throws CnbError REGISTRY_… when a registry cannot be read.
 * @example `expect(await validate(image)).toEqual([])`
 */
export async function validateImage(image: Image): Promise<string[]> {
  const documents = await issuesOf(async () => documentIssues(image));
  const layers = await concurrently(
    [...image.layers.entries()],
    async ([at, layer]) => within(`layer ${at}`, await layerIssues(layer)),
    { limit: concurrency },
  );
  return [...documents, ...layers.flat()];
}

function documentIssues(image: Image): readonly string[] {
  const { manifest: bytes, config, configDigest, mediaType } = serializeImage(image);
  const manifest = parseManifest(bytes, "the image");
  const parsed = parseImageConfig(config, "the image");
  return [
    ...mismatch("configuration: digest", manifest.config.digest, configDigest),
    ...mismatch("configuration: size", manifest.config.size, config.length),
    ...typeIssues(manifest, mediaType),
    ...listIssues(manifest.layers, parsed.rootfs.diff_ids, image.layers),
    ...configIssues(parsed, image.layers.length),
  ];
}

type ListedLayer = { readonly digest: string; readonly size: number };

function listIssues(stated: readonly ListedLayer[], diffIds: readonly string[], layers: readonly Layer[]): string[] {
  return [
    ...mismatch("manifest: layers", stated.length, layers.length),
    ...mismatch("configuration: diffIDs", diffIds.length, layers.length),
    ...layers.flatMap(({ digest, size, diffId }, at) => [
      ...mismatch(`manifest: layer ${at}: digest`, stated[at]?.digest, digest),
      ...mismatch(`manifest: layer ${at}: size`, stated[at]?.size, size),
      ...mismatch(`configuration: layer ${at}: diffID`, diffIds[at], diffId),
    ]),
  ];
}

/** Describes the inconsistencies of one layer. */
export const layerIssues = (layer: Layer): Promise<readonly string[]> =>
  issuesOf(async () => {
    const { blob, tar } = await measureLayer(() => openUnverified(layer));
    return [
      ...mismatch("digest", layer.digest, blob.digest),
      ...mismatch("size", layer.size, blob.size),
      ...(blob.digest === layer.digest ? compressionIssues(layer.mediaType, blob.compression) : []),
      ...(tar instanceof Error ? [tar.message] : mismatch("diffID", layer.diffId, tar.digest)),
    ];
  }, ["IMAGE_NOT_FOUND"]);
