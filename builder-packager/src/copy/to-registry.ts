import { CnbError } from "../errors.ts";
import type { Digest } from "../oci/model/digest.ts";
import { acceptManifests } from "../oci/model/media-type.ts";
import { formatImageReference, type RegistryReference } from "../oci/model/reference.ts";
import type { Descriptor } from "../oci/model/spec.ts";
import { openRepository, type RegistryClient } from "../oci/registry/client.ts";
import type { StoredManifest } from "../oci/registry/manifest-read.ts";
import type { Upload } from "../oci/registry/transfer/blob.ts";
import { push } from "../oci/registry/transfer/push.ts";
import { discard } from "../oci/registry/transport/body.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Content } from "./content.ts";
import { type CopiedBlobs, countBlobs } from "./copied-blobs.ts";
import { allManifests, type ImageGraph } from "./graph.ts";

/** A repository that was opened as the destination of an image. */
export interface RegistryDestination {
  readonly kind: "repository";
  readonly reference: RegistryReference;
  readonly client: RegistryClient;
  /**
   * The digest that the registry reports for the name; undefined if the registry does not report
   * it.
   */
  readonly current: Digest | undefined;
  readonly options: RegistryOptions;
}

/**
 * Opens the repository to which an image is copied. No part of the image is needed for this, so the
 * image can be read at the same time.
 *
 * @throws CnbError REGISTRY_….
 */
export async function openDestination(
  reference: RegistryReference,
  options: RegistryOptions,
): Promise<RegistryDestination> {
  const client = await openRepository(reference, "pull,push", `push ${formatImageReference(reference)}`, options);
  return { kind: "repository", reference, client, current: await storedDigest(client, nameIn(reference)), options };
}

const nameIn = ({ tag, digest }: RegistryReference): string => tag ?? digest ?? "latest";

/**
 * Copies an image into a repository. Blobs that the repository already has are not uploaded. Blobs
 * of another repository in the same registry are mounted. The tag is written last, after the
 * signatures, unless it already refers to the image.
 *
 * @throws CnbError IMAGE_INVALID if the reference contains a digest other than the image's,
 * REGISTRY_….
 */
export async function copyToRegistry(
  graph: ImageGraph,
  content: Content,
  { reference, client, current, options }: RegistryDestination,
): Promise<CopiedBlobs> {
  refuseOtherDigest(graph.top, reference);
  const isTagged = current === graph.top.digest;
  const present = await presentManifests(client, allManifests(graph), isTagged ? [graph.top.digest] : []);
  const count = countBlobs(graph);
  const mountFrom = mountableFrom(content, reference);
  const blobs = [...graph.blobs].flatMap(([manifest, descriptors]) =>
    descriptors.map(
      (blob): Upload => ({
        digest: blob.digest,
        size: blob.size,
        mountFrom,
        isListed: present.has(manifest),
        open: () => count.copied(blob, content.blob(blob)),
      }),
    ),
  );
  const { top, children, referrers, tagged } = graph;
  // Some registries refuse an artifact whose subject is missing.
  const subject = referrers.length + tagged.length === 0 ? [] : [top];
  const manifests = [...children, ...subject, ...referrers].filter(({ digest }) => !present.has(digest));
  await push(client, { blobs: eachOnce(blobs), manifests, tagged, top, isTagged, reference }, options);
  return count.result();
}

function refuseOtherDigest({ digest }: StoredManifest, reference: RegistryReference): void {
  if (reference.digest === undefined || reference.digest === digest) return;
  throw new CnbError(
    "IMAGE_INVALID",
    `cannot copy to ${formatImageReference(reference)}: the image has the digest ${digest}, not the one in the name`,
    { hint: "Use a tag instead of a digest." },
  );
}

/** The manifests that the repository has. A repository that has a manifest has its blobs, too. */
async function presentManifests(
  client: RegistryClient,
  manifests: readonly StoredManifest[],
  known: readonly Digest[],
): Promise<ReadonlySet<Digest>> {
  const asked = manifests.filter(({ digest }) => !known.includes(digest));
  const present = await Promise.all(asked.map(({ digest }) => hasManifest(client, digest)));
  return new Set([...known, ...asked.flatMap(({ digest }, at) => (present[at] ? [digest] : []))]);
}

const hasManifest = async (client: RegistryClient, digest: Digest): Promise<boolean> =>
  (await manifestHead(client, digest)).exists;

async function storedDigest(client: RegistryClient, name: string): Promise<Digest | undefined> {
  const { exists, stated } = await manifestHead(client, name);
  return exists && /^sha256:[0-9a-f]{64}$/.test(stated ?? "") ? (stated as Digest) : undefined;
}

async function manifestHead(client: RegistryClient, name: string) {
  const answer = await client.send({
    method: "HEAD",
    path: `manifests/${name}`,
    expect: [200, 401, 403, 404, 405],
    headers: { accept: acceptManifests },
  });
  discard(answer.body);
  return { exists: answer.status === 200, stated: answer.header("docker-content-digest") };
}

/** Blobs of the same registry are mounted, unless they are in this repository already. */
function mountableFrom({ repository: from }: Content, to: RegistryReference): string | undefined {
  return from?.registry === to.registry && from.repository !== to.repository ? from.repository : undefined;
}

/** A blob of several manifests is listed by the repository if one of them is. */
function eachOnce(uploads: readonly Upload[]): readonly Upload[] {
  const once = new Map<Descriptor["digest"], Upload>();
  for (const upload of uploads) if (upload.isListed || !once.has(upload.digest)) once.set(upload.digest, upload);
  return [...once.values()];
}
