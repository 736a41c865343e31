import { createHash } from "node:crypto";
import * as v from "valibot";
import { concurrently } from "../../concurrently.ts";
import { CnbError } from "../../errors.ts";
import { looseObject } from "../../schema.ts";
import { sniffCompression } from "../../tar/compression.ts";
import { type ArchiveFile, openArchive } from "../files/archive-file.ts";
import { blobLayer } from "../layers/blob-layer.ts";
import type { Digest } from "../model/digest.ts";
import { parse, parseImageConfig } from "../model/document.ts";
import type { Image, Layer } from "../model/image.ts";
import { formatPlatform } from "../model/image-platform.ts";
import { mediaTypes } from "../model/media-type.ts";
import { parseImageReference, type RegistryReference } from "../model/reference.ts";
import { manifestBytes } from "../model/serialize.ts";
import type { ImageConfig, Platform } from "../model/spec.ts";

/** The schema of `manifest.json` in an archive that `docker save` writes. */
export const savedImages = v.array(
  looseObject({
    Config: v.string(),
    RepoTags: v.optional(v.nullable(v.array(v.string()))),
    Layers: v.nullable(v.array(v.string())),
  }),
);

type SavedImage = v.InferOutput<typeof savedImages>[number];

/**
 * Reads an image from an archive that `docker save` wrote, plain or compressed. Returns one image
 * for each platform in the archive.
 *
 * Such an archive has no manifest, so one is created. The configuration keeps its bytes, so the
 * image keeps its ID.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, TAR_INVALID.
 */
export async function readDockerArchive({
  file,
  name,
}: {
  readonly file: string;
  readonly name?: string;
}): Promise<readonly Image[]> {
  return imagesInArchive(await openArchive(file, `docker-archive:${file}`), name);
}

/** Reads all images of an archive. With `name`, reads only the images that have this name. */
export async function allInDockerArchive({
  file,
  name,
}: {
  readonly file: string;
  readonly name?: string;
}): Promise<readonly Image[]> {
  const archive = await openArchive(file, `docker-archive:${file}`);
  if (name !== undefined) return imagesInArchive(archive, name);
  const parts = await partsOf(archive);
  return concurrently(parts, (part) => imageOf(archive, part), { limit: concurrency });
}

/**
 * Reads the images that have the given name, one for each platform. Without a name, the archive
 * must contain only one name.
 */
export async function imagesInArchive(archive: ArchiveFile, name: string | undefined): Promise<readonly Image[]> {
  const { members } = choose(groupsOf(await partsOf(archive)), name, archive.where);
  return concurrently(members, (part) => imageOf(archive, part), { limit: concurrency });
}

async function partsOf(archive: ArchiveFile): Promise<readonly Part[]> {
  const listed = parse(savedImages, await archive.document("manifest.json"), `manifest.json of ${archive.where}`);
  return concurrently(listed, (saved) => partOf(archive, saved), { limit: concurrency });
}

const concurrency = 4;

interface Part {
  readonly saved: SavedImage;
  readonly raw: Uint8Array;
  readonly config: ImageConfig;
}

async function partOf(archive: ArchiveFile, saved: SavedImage): Promise<Part> {
  const raw = await archive.document(saved.Config);
  return { saved, raw, config: parseImageConfig(raw, archive.where) };
}

async function imageOf(archive: ArchiveFile, { saved, raw, config }: Part): Promise<Image> {
  const layers = await layersOf(archive, saved, config.rootfs.diff_ids);
  return {
    config,
    layers,
    raw: { manifest: manifestBytes({ layers }, raw), config: raw, mediaType: mediaTypes.ociManifest },
  };
}

/** One image, for one or more platforms. */
interface Group {
  readonly tags: readonly string[];
  readonly members: readonly Part[];
}

/**
 * Groups the entries of an image for several platforms. Only the first entry has tags, so that
 * `docker load` tags that one.
 */
function groupsOf(parts: readonly Part[]): readonly Group[] {
  const groups: { tags: readonly string[]; members: Part[] }[] = [];
  for (const part of parts) {
    const last = groups.at(-1);
    const tags = part.saved.RepoTags ?? [];
    const another = tags.length > 0 || last?.members.some(({ config }) => samePlatform(config, part.config));
    if (last && !another) last.members.push(part);
    else groups.push({ tags, members: [part] });
  }
  return groups;
}

const samePlatform = (a: Platform, b: Platform): boolean => formatPlatform(a) === formatPlatform(b);

function choose(groups: readonly Group[], name: string | undefined, where: string): Group {
  const found = name === undefined ? groups : groups.filter(({ tags }) => tags.some((tag) => sameName(tag, name)));
  const [first, second] = found;
  if (first && (second === undefined || name !== undefined)) return first;
  if (groups.length === 0) throw new CnbError("IMAGE_NOT_FOUND", `${where} contains no image`);
  const names = groups.flatMap(({ tags }) => tags);
  if (first)
    throw new CnbError("IMAGE_NOT_FOUND", `${where} contains several images, but the reference does not name one`, {
      hint:
        names.length > 0
          ? `Add one of these names, as in docker-archive:FILE:NAME: ${names.join(", ")}.`
          : "Save each image to its own archive: the images of this archive have no names.",
    });
  throw new CnbError("IMAGE_NOT_FOUND", `${where} has no image called "${name}"`, {
    hint:
      names.length > 0
        ? `Use one of these names: ${names.join(", ")}.`
        : "Remove the name: the images of this archive have no names.",
  });
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
      `manifest.json of ${archive.where} and its configuration list different numbers of layers: ${paths.length} and ${diffIds.length}`,
    );
  return concurrently([...paths.entries()], ([at, path]) => layerOf(archive, path, diffIds[at] as Digest), {
    limit: concurrency,
  });
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
      `${path} in ${archive.where} is compressed with ${compression}, which image archives do not support`,
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
