import { CnbError } from "../../errors.ts";
import { verified } from "../layers/verify.ts";
import type { Digest } from "../model/digest.ts";
import { parseIndex, parseManifest } from "../model/document.ts";
import { isIndex } from "../model/media-type.ts";
import { formatImageReference, type ImageReference, type RegistryReference } from "../model/reference.ts";
import type { Descriptor } from "../model/spec.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { openRepository } from "./client.ts";
import { readManifest, type StoredManifest } from "./manifest-read.ts";
import { openReader, type Reader } from "./reader.ts";
import { repositoryOf } from "./repository-of.ts";
import type { Upload } from "./transfer/blob.ts";
import { download } from "./transfer/download.ts";
import { push } from "./transfer/push.ts";

/**
 * Copies an image to another name, byte by byte and with all platforms and attestations, so that
 * the digest is the same. Within a registry blobs are mounted without downloads. Between registries
 * they are streamed.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, BLOB_CORRUPT, REGISTRY_….
 * @example
 * ```ts
 * const from = parseImageReference("example.com/staging/app:1");
 * const { digest } = await copyImage(from, parseImageReference("example.com/production/app:1"));
 * ```
 */
export async function copyImage(
  from: ImageReference,
  to: ImageReference,
  options: RegistryOptions = {},
): Promise<{ readonly digest: Digest }> {
  const [source, reference] = [repositoryOf(from, "copy"), repositoryOf(to, "copy to")];
  const where = formatImageReference(source);
  const reader = await openReader(source, `pull ${where}`, options);
  const found = await collect(reader, source.digest ?? source.tag ?? "latest", where);
  refuseOtherDigest(found.top, reference);
  const what = `push ${formatImageReference(reference)}`;
  const client = await openRepository(reference, "pull,push", what, options);
  const sameRegistry = reference.registry === source.registry && reference.repository !== source.repository;
  const blobs = [...found.blobs.values()].map((blob) => uploadOf(blob, reader, where, sameRegistry));
  await push(client, { blobs, manifests: found.manifests, top: found.top, reference }, what, options);
  return { digest: found.top.digest };
}

function refuseOtherDigest({ digest }: StoredManifest, reference: RegistryReference): void {
  if (reference.digest === undefined || reference.digest === digest) return;
  throw new CnbError(
    "IMAGE_INVALID",
    `cannot copy to ${formatImageReference(reference)}: the image has the digest ${digest}`,
    {
      hint: "Name a tag instead of a digest.",
    },
  );
}

interface Contents {
  readonly top: StoredManifest;
  /** The manifests, where each index follows its images. */
  readonly manifests: readonly StoredManifest[];
  readonly blobs: ReadonlyMap<Digest, Descriptor>;
}

/** Nobody has more; a hostile index could name others for ever. */
const maxManifests = 1000;
const maxDepth = 3;

async function collect(reader: Reader, name: string, where: string): Promise<Contents> {
  const manifests = new Map<Digest, StoredManifest>();
  const blobs = new Map<Digest, Descriptor>();

  const visit = async (manifest: StoredManifest, depth: number): Promise<void> => {
    if (depth > maxDepth || manifests.size > maxManifests)
      throw new CnbError("IMAGE_INVALID", `the index of ${where} nests too deeply or lists too many images`);
    if (isIndex(manifest.mediaType)) return visitIndex(manifest, depth);
    const { config, layers } = parseManifest(manifest.bytes, where);
    for (const blob of [config, ...layers]) blobs.set(blob.digest, blob);
  };
  const visitIndex = async ({ bytes }: StoredManifest, depth: number): Promise<void> => {
    for (const { digest } of parseIndex(bytes, where).manifests) {
      if (manifests.has(digest)) continue;
      const child = await readManifest(reader, { name: digest, where, what: `pull ${where}` });
      await visit(child, depth + 1);
      manifests.set(digest, child);
    }
  };

  const top = await readManifest(reader, { name, where, what: `pull ${where}` });
  await visit(top, 0);
  return { top, manifests: [...manifests.values()], blobs };
}

const uploadOf = ({ digest, size }: Descriptor, reader: Reader, where: string, mounts: boolean): Upload => ({
  digest,
  size,
  ...(mounts && { mountFrom: reader.repository }),
  open: () => verified(download(reader, { digest, size }, `pull ${where}`), { digest, size, where }),
});
