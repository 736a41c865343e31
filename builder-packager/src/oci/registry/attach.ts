import { defined } from "../../defined.ts";
import { type Digest, digestOf } from "../model/digest.ts";
import { mediaTypes } from "../model/media-type.ts";
import { formatImageReference, type ImageReference } from "../model/reference.ts";
import type { Descriptor } from "../model/spec.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { openRepository } from "./client.ts";
import { readManifestOf, type StoredManifest } from "./manifest-read.ts";
import { referrerDescriptor } from "./referrers-tag.ts";
import { repositoryOf } from "./repository-of.ts";
import { push } from "./transfer/push.ts";
import { bytesBody } from "./transport/body.ts";

/** An artifact attached to an image, such as an SBOM or a signature. */
export interface Artifact {
  /** The type, for example `application/vnd.cyclonedx+json`. */
  readonly artifactType: string;
  readonly files: readonly ArtifactFile[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One file of an {@link Artifact}. */
export interface ArtifactFile {
  readonly mediaType: string;
  readonly content: Uint8Array;
  /** Annotations, for example the file name in `org.opencontainers.image.title`. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * The configuration of an artifact that has none (OCI image specification 1.1, "Guidance for an
 * Empty Descriptor").
 */
const empty = Buffer.from("{}");
const emptyDescriptor = {
  mediaType: "application/vnd.oci.empty.v1+json",
  digest: digestOf(empty),
  size: empty.length,
};

/**
 * Attaches an artifact to an image in its registry. {@link referrers} then lists the artifact. The
 * image is unchanged.
 *
 * @returns the descriptor of the artifact's manifest, as the list of referrers contains it.
 * @throws CnbError IMAGE_NOT_FOUND, REGISTRY_….
 * @example
 * ```ts
 * const mediaType = "application/vnd.cyclonedx+json";
 * const files = [{ mediaType, content: Buffer.from('{"bomFormat":"CycloneDX"}') }];
 * await attach(parseImageReference("example.com/app:1"), { artifactType: mediaType, files });
 * ```
 */
export async function attach(
  reference: ImageReference,
  artifact: Artifact,
  options: RegistryOptions = {},
): Promise<Descriptor> {
  const named = repositoryOf(reference, "attach a file to");
  const where = formatImageReference(named);
  const client = await openRepository(named, "pull,push", `attach a file to ${where}`, options);
  const name = named.digest ?? named.tag ?? "latest";
  const { manifest: top, blobs } = storedArtifact(artifact, await readManifestOf(client, { name, where }));
  const { registry, repository } = named;
  const target = { kind: "registry", registry, repository, digest: top.digest } as const;
  const uploads = blobs.map((content) => ({ digest: digestOf(content), ...bytesBody(content) }));
  await push(client, { blobs: uploads, manifests: [], top, reference: target }, options);
  return referrerDescriptor(top);
}

/** An artifact as it is stored: its manifest, and the content of its blobs. */
export interface StoredArtifact {
  readonly manifest: StoredManifest;
  readonly blobs: readonly Uint8Array[];
}

/** Formats an artifact that refers to a manifest. */
export const storedArtifact = (artifact: Artifact, subject: StoredManifest): StoredArtifact => ({
  manifest: artifactManifest(artifact, subject),
  blobs: blobsOf(artifact),
});

function artifactManifest({ artifactType, files, annotations }: Artifact, subject: StoredManifest): StoredManifest {
  const layers = files.map(({ mediaType, content, annotations: own }) => ({
    mediaType,
    digest: digestOf(content),
    size: content.length,
    ...defined({ annotations: own }),
  }));
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType,
    config: emptyDescriptor,
    // A manifest without layers is refused by some registries.
    layers: layers.length > 0 ? layers : [emptyDescriptor],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.bytes.length },
    ...defined({ annotations }),
  };
  const bytes = Buffer.from(JSON.stringify(document));
  return { bytes, digest: digestOf(bytes), mediaType: mediaTypes.ociManifest };
}

function blobsOf({ files }: Artifact): readonly Uint8Array[] {
  const contents = new Map<Digest, Uint8Array>([[emptyDescriptor.digest, empty]]);
  for (const { content } of files) contents.set(digestOf(content), content);
  return [...contents.values()];
}
