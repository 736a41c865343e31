import { concurrently } from "../../concurrently.ts";
import { CnbError } from "../../errors.ts";
import { openUnverified } from "../layers/blob-layer.ts";
import type { Digest } from "../model/digest.ts";
import { maxDocumentBytes, parseImageConfig, parseIndex, parseManifest } from "../model/document.ts";
import { formatPlatform, isImage } from "../model/image-platform.ts";
import { isIndex, isManifest } from "../model/media-type.ts";
import type { Descriptor, ImageConfig, Index, Manifest, Platform } from "../model/spec.ts";
import { layerIssues } from "../model/validate.ts";
import { bytesOf } from "../registry/transport/body.ts";
import { type ContentStore, maxIndexDepth } from "../source/source-image.ts";
import { configIssues } from "./config.ts";
import { issuesOf, measure, meter, mismatch, within } from "./measure.ts";
import { typeIssues } from "./media-types.ts";

/**
 * The state of a validation: the location that is validated, and the content that was visited so
 * far.
 */
export interface Walk {
  readonly location: ContentStore;
  /** The blobs that manifests or indexes refer to. */
  readonly referenced: Set<Digest>;
  /**
   * Layers and other blobs that were already checked, with their diff IDs. Shared blobs are read
   * only once.
   */
  readonly seen: Set<string>;
}

/** No real index is larger. A hostile index would never end. */
const maxManifests = 1000;
const concurrency = 2;

/** Describes the inconsistencies in the content that these descriptors refer to. */
export async function descriptorsIssues(walk: Walk, descriptors: readonly Descriptor[], depth = 0): Promise<string[]> {
  if (depth > maxIndexDepth) return ["it is nested too deeply"];
  if (descriptors.length > maxManifests) return [`it lists ${descriptors.length} manifests, which is too many`];
  const issues: string[] = [];
  for (const descriptor of descriptors) {
    const found = await issuesOf(() => descriptorIssues(walk, descriptor, depth), ["IMAGE_NOT_FOUND"]);
    issues.push(...within(nameOf(descriptor), found));
  }
  return issues;
}

const nameOf = ({ digest, platform }: Descriptor): string =>
  platform ? `${formatPlatform(platform)} (${digest.slice(0, 19)})` : digest.slice(0, 19);

async function descriptorIssues(walk: Walk, descriptor: Descriptor, depth: number): Promise<readonly string[]> {
  walk.referenced.add(descriptor.digest);
  const { mediaType } = descriptor;
  if (!isIndex(mediaType) && !isManifest(mediaType)) return blobIssues(walk, descriptor);
  const { bytes, issues } = await documentAt(walk.location, descriptor);
  const inside = await issuesOf(async () =>
    isIndex(mediaType)
      ? indexIssues(walk, parseIndex(bytes, walk.location.where), mediaType, depth)
      : manifestIssues(walk, parseManifest(bytes, walk.location.where), descriptor),
  );
  return [...issues, ...inside];
}

async function indexIssues(walk: Walk, index: Index, mediaType: string, depth: number): Promise<string[]> {
  const types = index.mediaType === undefined ? [] : mismatch("media type", index.mediaType, mediaType);
  const twice = repeated(
    index.manifests.filter(isImage).flatMap(({ platform }) => (platform ? [keyOf(platform)] : [])),
  );
  return [
    ...types,
    ...twice.map((platform) => `it lists ${platform} more than once`),
    ...(await descriptorsIssues(walk, index.manifests, depth + 1)),
  ];
}

const keyOf = (platform: Platform): string =>
  [formatPlatform(platform), platform["os.version"] ?? ""].join(" ").trimEnd();

const repeated = (texts: readonly string[]): string[] => [
  ...new Set(texts.filter((text, at) => texts.indexOf(text) !== at)),
];

async function manifestIssues(walk: Walk, manifest: Manifest, descriptor: Descriptor): Promise<string[]> {
  const { config, layers } = manifest;
  for (const { digest } of [config, ...layers]) walk.referenced.add(digest);
  if (!isImage(descriptor)) return artifactIssues(walk, [config, ...layers]);
  const { bytes, issues } = await documentAt(walk.location, config);
  const parsed = parseImageConfig(bytes, walk.location.where);
  return [
    ...within("configuration", issues),
    ...typeIssues(manifest, descriptor.mediaType),
    ...platformIssues(descriptor, parsed),
    ...mismatch("configuration: diffIDs", parsed.rootfs.diff_ids.length, layers.length),
    ...configIssues(parsed, layers.length),
    ...(await layersIssues(walk, layers, parsed.rootfs.diff_ids)),
  ];
}

function platformIssues({ platform }: Descriptor, config: ImageConfig): string[] {
  if (!platform) return [];
  const [stated, actual] = [formatPlatform(platform), formatPlatform(config)];
  // An index may leave the variant out, and so may a configuration.
  const loose = platform.variant === undefined || config.variant === undefined;
  const same = loose ? platform.os === config.os && platform.architecture === config.architecture : stated === actual;
  return same ? [] : mismatch("platform", stated, actual);
}

async function layersIssues(walk: Walk, layers: readonly Descriptor[], diffIds: readonly Digest[]): Promise<string[]> {
  const found = await concurrently(
    [...layers.entries()],
    async ([at, layer]) => {
      const diffId = diffIds[at];
      if (diffId === undefined) return within(`layer ${at}`, await blobIssues(walk, layer));
      if (isSeen(walk, layer, diffId)) return [];
      return within(`layer ${at}`, await layerIssues(walk.location.layer(layer, diffId)));
    },
    { limit: concurrency },
  );
  return found.flat();
}

async function artifactIssues(walk: Walk, blobs: readonly Descriptor[]): Promise<string[]> {
  const found = await concurrently(
    blobs,
    async (blob) => within(blob.digest.slice(0, 19), await blobIssues(walk, blob)),
    { limit: concurrency },
  );
  return found.flat();
}

function isSeen({ seen }: Walk, { digest, size, mediaType }: Descriptor, diffId = ""): boolean {
  const key = [digest, size, mediaType, diffId].join(" ");
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}

/**
 * The issues of a blob that is neither a document nor a layer of an image: only its digest and size
 * are checked.
 */
async function blobIssues(walk: Walk, descriptor: Descriptor): Promise<readonly string[]> {
  if (isSeen(walk, descriptor)) return [];
  return issuesOf(async () => {
    const layer = walk.location.layer(descriptor, descriptor.digest); // whatever it is: only its blob is read
    return identityIssues(descriptor, await measure(openUnverified(layer)));
  }, ["IMAGE_NOT_FOUND"]);
}

const identityIssues = (
  stated: Pick<Descriptor, "digest" | "size">,
  actual: { readonly digest: Digest; readonly size: number },
): string[] => [...mismatch("digest", stated.digest, actual.digest), ...mismatch("size", stated.size, actual.size)];

async function* bytesAt(location: ContentStore, descriptor: Descriptor): AsyncGenerator<Uint8Array, void, undefined> {
  if (location.openUnverified) yield* location.openUnverified(descriptor);
  else yield await location.document(descriptor);
}

async function documentAt(location: ContentStore, descriptor: Descriptor) {
  const { pass, result } = meter();
  const bytes = await bytesOf(pass(bytesAt(location, descriptor)), maxDocumentBytes, tooLargeDocument);
  return { bytes, issues: identityIssues(descriptor, result()) };
}

const tooLargeDocument = (): CnbError =>
  new CnbError(
    "IMAGE_INVALID",
    `the blob is too large for a manifest or configuration: it has more than ${maxDocumentBytes} bytes`,
  );
