import { concurrently } from "../concurrently.ts";
import { CnbError } from "../errors.ts";
import type { Digest } from "../oci/model/digest.ts";
import { parseIndex } from "../oci/model/document.ts";
import { chooseManifest } from "../oci/model/image-platform.ts";
import { isIndex } from "../oci/model/media-type.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import { type RegistryOptions, withSameAccess } from "../oci/registry-options.ts";
import { type NamedManifest, openContent } from "./content.ts";
import type { CopiedBlobs } from "./copied-blobs.ts";
import { type CopyDestination, formatDestination, referenceBelow } from "./destination.ts";
import { type ImageGraph, readGraph } from "./graph.ts";
import { candidatesFor, platformsOf } from "./platform-images.ts";
import { type ArchivedImage, copyToArchive } from "./to-archive.ts";
import { copyToLayout } from "./to-layout.ts";
import { copyToRegistry, openDestination, type RegistryDestination } from "./to-registry.ts";

/** The number of repositories that are written in parallel. The time of small images depends on requests, not on bytes. */
const repositoriesAtOnce = 4;
const defaultConcurrency = 4;

/** Options of {@link copyImages}. */
export interface CopyOptions {
  readonly registry?: RegistryOptions;
  /** Copies only the image for this platform, under its own digest. @default the whole index */
  readonly platform?: Platform | undefined;
  /** False to leave out signatures, SBOMs and other artifacts. @default true */
  readonly referrers?: boolean | undefined;
  /** Called before an image is copied. */
  readonly onStart?: (image: { readonly from: string; readonly to: string }) => void;
}

/** The result of copying one image. */
export interface CopiedImage {
  readonly from: string;
  readonly to: string;
  readonly digest: Digest;
  /** The number of images in its index; 1 without an index. */
  readonly images: number;
  /** The number of copied signatures, SBOMs and other artifacts of the image. */
  readonly artifacts: number;
  /**
   * The transferred blobs; undefined for images that share an archive, whose blobs are counted
   * together.
   */
  readonly blobs: CopiedBlobs;
}

/**
 * Copies an image to another name, byte by byte and with all platforms, attestations, signatures and
 * SBOMs, so that the digest is the same. Within a registry, blobs are mounted without downloads.
 * Between registries, they are streamed.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, BLOB_CORRUPT, REGISTRY_….
 * @example
 * ```ts
 * const from = parseImageReference("example.com/staging/app:1");
 * const { digest } = await copy(from, parseImageReference("example.com/production/app:1"));
 * ```
 */
export async function copyImage(
  from: ImageReference,
  to: ImageReference,
  options: RegistryOptions = {},
): Promise<{ readonly digest: Digest }> {
  if (to.kind === "docker-archive" || to.kind === "docker-daemon")
    throw new CnbError(
      "IMAGE_REFERENCE_UNSUPPORTED",
      `cannot copy to ${formatImageReference(to)}: Docker may rewrite the manifest, so the copy could get a different digest`,
      {
        hint: "Use REGISTRY/REPOSITORY:TAG, oci:DIR or oci-archive:FILE.",
      },
    );
  const [copied] = await copyImages([from], to, { registry: options });
  return { digest: (copied as CopiedImage).digest };
}

/**
 * Copies images to a registry, a layout or an archive, as {@link copyImage} does. Several images
 * require a destination that can contain several images: a registry or namespace, a layout or an
 * archive. Each image keeps its name at the destination.
 *
 * @throws CnbError IMAGE_REFERENCE_INVALID if the destination is for one image; the errors of
 * {@link copyImage}.
 */
export async function copyImages(
  sources: readonly ImageReference[],
  destination: CopyDestination,
  options: CopyOptions = {},
): Promise<readonly CopiedImage[]> {
  const { early, abandon } = openEarly(destination, options.registry ?? {});
  try {
    const chosen = await imagesOf(sources, options);
    refuseSeveral(chosen, destination);
    if (destination.kind === "oci-archive") return await intoArchive(chosen, destination.file, options);
    return await copyAll(
      chosen.map((image) => ({ image, to: targetOf(image, destination) })),
      options,
      early,
    );
  } catch (error) {
    abandon(error);
    throw error;
  }
}

async function imagesOf(
  sources: readonly ImageReference[],
  { registry = {}, platform }: CopyOptions,
): Promise<readonly NamedManifest[]> {
  const found = await Promise.all(
    sources.map(async (source) => candidatesFor(await openContent(source, registry), platform)),
  );
  return Promise.all(found.flat().map((image) => imageFor(image, platform)));
}

/**
 * Opens a repository while the sources are read, because the source and the destination may be far
 * away from each other. `abandon` ends the requests, so that they do not outlive an error.
 */
function openEarly(destination: CopyDestination, registry: RegistryOptions) {
  const abandoned = new AbortController();
  const abandon = (reason: unknown) => abandoned.abort(reason);
  if (destination.kind !== "registry") return { early: undefined, abandon };
  const signal = registry.signal ? AbortSignal.any([registry.signal, abandoned.signal]) : abandoned.signal;
  const early = openDestination(destination, withSameAccess(registry, { signal }));
  early.catch(() => undefined); // an error of the source takes precedence
  return { early, abandon };
}

/** An image, and the repository or layout to which it is copied. */
interface PlannedCopy {
  readonly image: NamedManifest;
  readonly to: Target;
}

/**
 * Copies images into up to four repositories at once, which share the number of concurrent
 * transfers. The images of one repository have layers in common, which the first of them uploads.
 */
async function copyAll(
  planned: readonly PlannedCopy[],
  options: CopyOptions,
  early: Promise<RegistryDestination> | undefined,
): Promise<readonly CopiedImage[]> {
  const { concurrency = defaultConcurrency } = options.registry ?? {};
  const groups = [...Map.groupBy(planned, ({ to }) => (to.kind === "registry" ? to.repository : "")).values()];
  const atOnce = Math.min(repositoriesAtOnce, groups.length, concurrency);
  const registry = withSameAccess(options.registry ?? {}, { concurrency: Math.floor(concurrency / atOnce) });
  const copied = new Map<PlannedCopy, CopiedImage>();
  let hasFailed = false;
  const copyGroup = async (group: readonly PlannedCopy[]) => {
    for (const plan of group) {
      if (hasFailed) return;
      copied.set(plan, await copyOne(plan, { ...options, registry }, early));
    }
  };
  const orFail = (error: unknown) => {
    hasFailed = true;
    throw error;
  };
  await concurrently(groups, (group) => copyGroup(group).catch(orFail), { limit: atOnce, abort: false });
  return planned.flatMap((plan) => copied.get(plan) ?? []);
}

/**
 * Returns the image for a platform from its index. Without a platform, returns the image or index
 * itself.
 */
export async function imageFor(image: NamedManifest, platform: Platform | undefined): Promise<NamedManifest> {
  const { manifest, content } = image;
  if (platform === undefined || !isIndex(manifest.mediaType)) return image;
  const { manifests } = parseIndex(manifest.bytes, content.where);
  const chosen = await content.manifest(chooseManifest(manifests, platform, content.where));
  return imageFor({ ...image, manifest: chosen }, platform);
}

function refuseSeveral(images: readonly NamedManifest[], destination: CopyDestination): void {
  const isForOne = destination.kind === "registry" || (destination.kind === "oci" && destination.tag !== undefined);
  if (images.length <= 1 || !isForOne) return;
  const text = formatDestination(destination);
  throw new CnbError(
    "IMAGE_REFERENCE_INVALID",
    `cannot copy ${images.length} images to ${text}: this destination is for one image`,
    { hint: hintForSeveral(images, text) },
  );
}

function hintForSeveral(images: readonly NamedManifest[], destination: string): string {
  const platforms = platformsOf(images);
  if (platforms !== undefined)
    return `To copy one of the images, add ${platforms.map((each) => `--platform ${each}`).join(" or ")}. To write a package for all platforms under one tag, run cnb buildpack package --output ${destination}.`;
  return images.some(({ name }) => name === undefined)
    ? "Use oci:DIR or oci-archive:FILE. Images without a name cannot be copied below a registry or namespace."
    : "Write a registry or namespace with a slash at the end, oci:DIR or oci-archive:FILE.";
}

type Target = Extract<ImageReference, { readonly kind: "registry" | "oci" }>;

function targetOf(
  { name, content }: NamedManifest,
  destination: Exclude<CopyDestination, { readonly kind: "oci-archive" }>,
): Target {
  if (destination.kind === "repositories") return referenceBelow(destination, name, content.where);
  return destination;
}

/** @param early the destination if it was opened before */
async function copyOne(
  { image, to }: PlannedCopy,
  options: CopyOptions,
  early: Promise<RegistryDestination> | undefined,
): Promise<CopiedImage> {
  const { registry = {}, onStart } = options;
  const { content } = image;
  const from = labelOf(image);
  onStart?.({ from, to: formatImageReference(to) });
  const { signal } = registry;
  const [graph, opened] = await Promise.all([
    readGraph(image, options),
    to.kind === "registry" ? (early ?? openDestination(to, registry)) : to,
  ]);
  const blobs =
    opened.kind === "oci"
      ? await copyToLayout({ name: opened.tag ?? image.name, graph }, content, { dir: opened.dir, signal })
      : await copyToRegistry(graph, content, opened);
  return { from, to: formatImageReference(to), blobs, ...describe(graph) };
}

async function intoArchive(
  images: readonly NamedManifest[],
  file: string,
  options: CopyOptions,
): Promise<readonly CopiedImage[]> {
  const { signal } = options.registry ?? {};
  const to = `oci-archive:${file}`;
  const archived: ArchivedImage[] = [];
  for (const image of images) {
    options.onStart?.({ from: labelOf(image), to });
    archived.push({ name: image.name, content: image.content, graph: await readGraph(image, options) });
  }
  const blobs = await copyToArchive(archived, { file, signal });
  return images.map((image, at) => ({
    from: labelOf(image),
    to,
    blobs,
    ...describe((archived[at] as ArchivedImage).graph),
  }));
}

/** The name of an image in messages: a layout may hold several. */
const labelOf = ({ name, content, manifest }: NamedManifest): string =>
  content.repository === undefined ? `${name ?? manifest.digest} in ${content.where}` : content.where;

function describe({ top, children, referrers, tagged }: ImageGraph) {
  return {
    digest: top.digest,
    images: Math.max(1, children.filter(({ mediaType }) => !isIndex(mediaType)).length),
    artifacts: referrers.length + tagged.length,
  };
}
