import { createHash } from "node:crypto";
import { CnbError } from "../errors.ts";
import { decompress } from "../tar/compression.ts";
import type { digestOf } from "./digest.ts";
import { parseImageConfig, parseManifest } from "./document.ts";
import type { Image, Layer } from "./image.ts";
import { serializeImage } from "./serialize.ts";

/**
 * Reads an image completely and says, in words, everything that does not fit: digests, sizes, diffIDs, the manifest
 * and the configuration against the layers. Empty when all is well.
 *
 * @example `expect(await validateImage(image)).toEqual([])`
 */
export async function validateImage(image: Image): Promise<string[]> {
  const issues = [...manifestIssues(image), ...historyIssues(image)];
  for (const [index, layer] of image.layers.entries())
    for (const issue of await layerIssues(layer)) issues.push(`layer ${index}: ${issue}`);
  return issues;
}

function manifestIssues(image: Image): string[] {
  const { manifest, config, configDigest } = serializeImage(image);
  const { config: descriptor, layers } = parseManifest(manifest, "the image");
  const diffIds = parseImageConfig(config, "the image").rootfs.diff_ids;
  return [
    ...mismatch("configuration: digest", descriptor.digest, configDigest),
    ...mismatch("configuration: size", descriptor.size, config.length),
    ...mismatch("manifest: layers", layers.length, image.layers.length),
    ...mismatch("configuration: diffIDs", diffIds.length, image.layers.length),
    ...image.layers.flatMap(({ digest, size, diffId }, index) => [
      ...mismatch(`manifest: layer ${index}: digest`, layers[index]?.digest, digest),
      ...mismatch(`manifest: layer ${index}: size`, layers[index]?.size, size),
      ...mismatch(`configuration: layer ${index}: diffID`, diffIds[index], diffId),
    ]),
  ];
}

function historyIssues({ config: { history }, layers }: Image): string[] {
  if (history === undefined || history.length === 0) return [];
  return mismatch(
    "history: lines with a layer",
    history.filter(({ empty_layer }) => empty_layer !== true).length,
    layers.length,
  );
}

async function layerIssues(layer: Layer): Promise<string[]> {
  try {
    const blob = await measure(layer.compressed());
    const tar = await measure(decompress(layer.compressed()));
    return [
      ...mismatch("digest", layer.digest, blob.digest),
      ...mismatch("size", layer.size, blob.size),
      ...mismatch("diffID", layer.diffId, tar.digest),
    ];
  } catch (error) {
    if (error instanceof CnbError) return [error.message];
    throw error;
  }
}

async function measure(source: AsyncIterable<Uint8Array>) {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of source) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: `sha256:${hash.digest("hex")}` satisfies ReturnType<typeof digestOf>, size };
}

const mismatch = (what: string, stated: string | number | undefined, actual: string | number): string[] =>
  stated === actual ? [] : [`${what} is stated as ${stated ?? "nothing"} but is ${actual}`];
