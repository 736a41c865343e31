import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import * as v from "valibot";
import { CnbError } from "../../errors.ts";
import { sniffCompression } from "../../tar/compression.ts";
import { type ArchiveFile, openArchive } from "../archive-file.ts";
import { blobLayer } from "../blob-layer.ts";
import type { Digest } from "../digest.ts";
import { parse, parseImageConfig } from "../document.ts";
import type { Image, Layer } from "../image.ts";
import { mediaTypes } from "../media-type.ts";
import { platformMatches, platformMismatch } from "../platform.ts";
import { parseImageReference, type RegistryReference } from "../reference.ts";
import { manifestBytes } from "../serialize.ts";
import type { Platform } from "../spec.ts";

const savedImages = v.array(
  v.looseObject({
    Config: v.string(),
    RepoTags: v.optional(v.nullable(v.array(v.string()))),
    Layers: v.nullable(v.array(v.string())),
  }),
);
type SavedImage = v.InferOutput<typeof savedImages>[number];

/**
 * Reads an image from the output of `docker save`, plain or compressed.
 *
 * Such an archive has no manifest: one is made, with the configuration's bytes as they are, so the image keeps its ID.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, IMAGE_PLATFORM_MISMATCH, TAR_INVALID.
 */
export async function readDockerArchive(
  { file, name }: { readonly file: string; readonly name?: string },
  platform: Platform | undefined,
): Promise<Image> {
  const archive = await openArchive(file, `docker-archive:${file}`);
  const { where } = archive;
  const saved = choose(
    parse(savedImages, await buffer(archive.open("manifest.json")), `manifest.json of ${where}`),
    name,
    where,
  );
  const raw = await buffer(archive.open(saved.Config));
  const config = parseImageConfig(raw, where);
  if (platform && !platformMatches(config, platform)) throw platformMismatch(where, platform, [config]);
  const layers = await layersOf(archive, saved, config.rootfs.diff_ids);
  return {
    config,
    layers,
    raw: { manifest: manifestBytes({ layers }, raw), config: raw, mediaType: mediaTypes.ociManifest },
  };
}

function choose(images: readonly SavedImage[], name: string | undefined, where: string): SavedImage {
  const tags = images.flatMap(({ RepoTags }) => RepoTags ?? []);
  const found =
    name === undefined ? images : images.filter(({ RepoTags }) => RepoTags?.some((tag) => sameName(tag, name)));
  const [first, second] = found;
  if (first && (second === undefined || name !== undefined)) return first;
  const hint = `It has: ${tags.join(", ") || "images without names"}.`;
  if (first) throw new CnbError("IMAGE_NOT_FOUND", `${where} holds several images and none was named`, { hint });
  throw new CnbError(
    "IMAGE_NOT_FOUND",
    name === undefined ? `${where} holds no image` : `${where} has no image called "${name}"`,
    { hint },
  );
}

/** `app`, `app:latest` and `docker.io/library/app:latest` are one name. */
function sameName(tag: string, name: string): boolean {
  const full = (text: string) => {
    const {
      registry,
      repository,
      tag: given = "latest",
    } = parseImageReference(`docker://${text}`) as RegistryReference;
    return `${registry}/${repository}:${given}`;
  };
  try {
    return tag === name || full(tag) === full(name);
  } catch {
    return false;
  }
}

async function layersOf(archive: ArchiveFile, { Layers }: SavedImage, diffIds: readonly Digest[]): Promise<Layer[]> {
  const paths = Layers ?? [];
  if (paths.length !== diffIds.length)
    throw new CnbError(
      "IMAGE_INVALID",
      `${archive.where} has ${paths.length} layers, but its configuration names ${diffIds.length}`,
    );
  return Promise.all(paths.map((path, index) => layerOf(archive, path, diffIds[index] as Digest)));
}

async function layerOf(archive: ArchiveFile, path: string, diffId: Digest): Promise<Layer> {
  const compression = sniffCompression(archive.start(path, 6));
  const digest = compression === "none" ? diffId : (digestInName(path) ?? (await digestIn(archive, path)));
  const mediaType = {
    none: mediaTypes.ociLayer,
    gzip: mediaTypes.ociLayerGzip,
    zstd: mediaTypes.ociLayerZstd,
    xz: undefined,
  }[compression];
  if (mediaType === undefined)
    throw new CnbError(
      "IMAGE_INVALID",
      `${path} in ${archive.where} is compressed with ${compression}, which images cannot be`,
    );
  const size = archive.sizeOf(path) ?? 0;
  return blobLayer({
    diffId,
    digest,
    size,
    mediaType,
    where: `${archive.where} (${path})`,
    open: () => archive.open(path),
  });
}

/** Newer archives name their blobs by digest; it is verified when the layer is read. */
function digestInName(path: string): Digest | undefined {
  const hex = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

async function digestIn(archive: ArchiveFile, path: string): Promise<Digest> {
  const hash = createHash("sha256");
  for await (const chunk of archive.open(path)) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}
