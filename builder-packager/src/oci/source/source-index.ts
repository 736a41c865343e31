import { concurrently } from "../../concurrently.ts";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { parseIndex } from "../model/document.ts";
import type { Image } from "../model/image.ts";
import type { ImageIndex } from "../model/image-index.ts";
import { isImage } from "../model/image-platform.ts";
import { isIndex } from "../model/media-type.ts";
import type { Descriptor } from "../model/spec.ts";
import { refName } from "./layout.ts";
import { type ContentStore, documentOf, type ImageSource, imageAt, maxIndexDepth } from "./source-image.ts";

/** No real image has more platforms. A hostile index would cause endless requests to a registry. */
const maxImages = limits.indexImages.most;
const concurrency = 4;

/**
 * Reads all images of a source. Attestations and other artifacts in an index are left out.
 *
 * @throws CnbError IMAGE_NOT_FOUND when there is no image, or there are images of several names;
 * IMAGE_INVALID, BLOB_CORRUPT.
 */
export async function imagesIn({ store, manifests }: ImageSource): Promise<ImageIndex> {
  refuseSeveralNames(manifests, store.where);
  const top = manifests.filter(isImage);
  const [only, second] = top;
  if (only && !second && isIndex(only.mediaType)) return indexAt(store, only);
  return { images: await imagesOf(store, await flattened(store, top)) };
}

async function indexAt(store: ContentStore, descriptor: Descriptor): Promise<ImageIndex> {
  const bytes = await documentOf(store, descriptor);
  const index = parseIndex(bytes, store.where);
  const listed = index.manifests.filter(isImage);
  const complete = listed.length === index.manifests.length && !listed.some(({ mediaType }) => isIndex(mediaType));
  return {
    images: await imagesOf(store, await flattened(store, listed, 1)),
    digest: descriptor.digest,
    ...defined({
      annotations: index.annotations,
      raw: complete ? { index: bytes, mediaType: descriptor.mediaType } : undefined,
    }),
  };
}

/** The manifests behind descriptors, those of nested indexes included, each once. */
async function flattened(store: ContentStore, descriptors: readonly Descriptor[], depth = 0): Promise<Descriptor[]> {
  if (depth > maxIndexDepth)
    throw new CnbError(
      "IMAGE_INVALID",
      `the index of ${store.where} contains more levels of nested indexes than cnb allows`,
    );
  const found = new Map<string, Descriptor>();
  for (const descriptor of descriptors.filter(isImage)) {
    const inner = isIndex(descriptor.mediaType) ? await nested(store, descriptor, depth) : [descriptor];
    for (const each of inner) found.set(each.digest, each);
    if (found.size > maxImages)
      throw new CnbError("IMAGE_INVALID", `the index of ${store.where} lists more than ${maxImages} images`);
  }
  return [...found.values()];
}

async function nested(store: ContentStore, descriptor: Descriptor, depth: number): Promise<Descriptor[]> {
  const bytes = await documentOf(store, descriptor);
  return flattened(store, parseIndex(bytes, store.where).manifests, depth + 1);
}

async function imagesOf(store: ContentStore, manifests: readonly Descriptor[]): Promise<readonly Image[]> {
  if (manifests.length === 0) throw new CnbError("IMAGE_NOT_FOUND", `${store.where} contains no image`);
  return concurrently(manifests, (manifest) => imageAt(store, manifest, undefined), { limit: concurrency });
}

/** A layout may hold images that have nothing to do with each other. */
function refuseSeveralNames(manifests: readonly Descriptor[], where: string): void {
  const names = [...new Set(manifests.map(({ annotations }) => annotations?.[refName]))];
  if (names.length < 2) return;
  const how = where.startsWith("oci-archive:")
    ? "Copy the archive to an OCI layout with cnb copy, and name one of its images, as in oci:DIR:NAME"
    : "Add the name of one of its images, as in oci:DIR:NAME";
  throw new CnbError("IMAGE_NOT_FOUND", `${where} contains several images, but the reference does not name one`, {
    hint: `${how}: ${names.map((name) => name ?? "(an image without a name)").join(", ")}.`,
  });
}
