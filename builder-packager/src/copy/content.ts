import { CnbError } from "../errors.ts";
import { verified } from "../oci/layers/verify.ts";
import { type Digest, digestOf } from "../oci/model/digest.ts";
import { isImage } from "../oci/model/image-platform.ts";
import { formatImageReference, type ImageReference, type RegistryReference } from "../oci/model/reference.ts";
import type { Descriptor, Platform } from "../oci/model/spec.ts";
import { RegistryRefusal } from "../oci/registry/errors.ts";
import { readManifest, type StoredManifest } from "../oci/registry/manifest-read.ts";
import { openReader, type Reader } from "../oci/registry/reader.ts";
import { referrers } from "../oci/registry/referrers.ts";
import { subjectOf } from "../oci/registry/referrers-tag.ts";
import { download } from "../oci/registry/transfer/download.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { openLayout, refName } from "../oci/source/layout.ts";
import { openOciArchive } from "../oci/source/oci-archive.ts";
import { type ContentStore, documentOf, type ImageSource } from "../oci/source/source-image.ts";

/** The manifests and blobs of a source as they are stored, so that a copy has the same digests. */
export interface Content {
  /** The name of the source in errors, for example `oci:dist/app`. */
  readonly where: string;
  /**
   * The repository, if the source is a registry. Another repository of the same registry can then
   * mount the blobs.
   */
  readonly repository?: Pick<RegistryReference, "registry" | "repository">;
  /** Returns a manifest or an index, verified by its digest. */
  manifest(descriptor: Descriptor): Promise<StoredManifest>;
  /** Streams a blob and verifies its digest. */
  blob(descriptor: Descriptor): AsyncIterable<Uint8Array>;
  /** Lists the artifacts whose `subject` is the given manifest: signatures, SBOMs, attestations. */
  referrers(subject: Digest): Promise<readonly Descriptor[]>;
  /**
   * Lists the artifacts of cosign, which have a tag that contains the digest of the subject.
   *
   * @param kinds the endings of the tags. @default all
   */
  taggedArtifacts(subject: Digest, kinds?: readonly ArtifactKind[]): Promise<readonly TaggedManifest[]>;
}

/** A manifest and its tag. */
export interface TaggedManifest {
  readonly tag: string;
  readonly manifest: StoredManifest;
}

/** An image manifest or an index from a source, with the name recorded for it. */
export interface NamedManifest {
  /**
   * The complete name, for example `example.com/app:1`; undefined if the layout records no name.
   */
  readonly name: string | undefined;
  /** The platform that the index of a layout or an archive records. */
  readonly platform?: Platform | undefined;
  readonly manifest: StoredManifest;
  readonly content: Content;
}

/** The tags of cosign: signatures, attestations and SBOMs of the image with this digest. */
const artifactTag = /(?:^|:)(sha256-[0-9a-f]{64}\.(?:sig|att|sbom))$/;
const artifactKinds = ["sig", "att", "sbom"] as const;
type ArtifactKind = (typeof artifactKinds)[number];

/**
 * Opens the images that a reference names: one image in a registry, or all images of a layout or an
 * archive unless the reference has a tag.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, IMAGE_REFERENCE_UNSUPPORTED, REGISTRY_….
 */
export async function openContent(
  reference: ImageReference,
  options: RegistryOptions = {},
): Promise<readonly NamedManifest[]> {
  switch (reference.kind) {
    case "registry":
      return [await inRegistry(reference, options)];
    case "oci":
      return inLayout(await openLayout({ dir: reference.dir }), reference.tag);
    case "oci-archive":
      return inLayout(await openOciArchive(reference.file), undefined);
    default:
      throw withoutManifest(reference);
  }
}

/** The error for an image that a container engine stored, or would store, without its manifest. */
function withoutManifest(reference: Extract<ImageReference, { kind: "docker-archive" | "docker-daemon" }>): CnbError {
  const [reason, hint] =
    reference.kind === "docker-archive"
      ? [
          "an archive in the format of docker save may not contain it",
          `Load the archive with "docker load --input ${reference.file}", push the image with docker push, and use its name in the registry. Or write the image as oci:DIR or oci-archive:FILE.`,
        ]
      : [
          "the container engine may not have stored it",
          `Push the image with "docker push ${reference.name}", and use its name in the registry. Or write the image as oci:DIR or oci-archive:FILE.`,
        ];
  return new CnbError(
    "IMAGE_REFERENCE_UNSUPPORTED",
    `cannot read the original manifest of ${formatImageReference(reference)}: ${reason}, and a new manifest could have another digest`,
    { hint },
  );
}

async function inRegistry(reference: RegistryReference, options: RegistryOptions): Promise<NamedManifest> {
  const where = formatImageReference(reference);
  const reader = await openReader(reference, `pull ${where}`, options);
  const manifest = await readManifest(reader, { name: reference.digest ?? reference.tag ?? "latest", where });
  return { name: nameOf(reference), manifest, content: registryContent(reader, where, options) };
}

/** The name in an archive, where `latest` is written out. */
const nameOf = (reference: RegistryReference): string => {
  const { digest, tag = "latest" } = reference;
  return formatImageReference(digest === undefined ? { ...reference, tag } : reference);
};

function registryContent(reader: Reader, where: string, options: RegistryOptions): Content {
  const { registry, repository } = reader;
  return {
    where,
    repository: { registry, repository },
    manifest: ({ digest }) => readManifest(reader, { name: digest, where }),
    blob: ({ digest, size }) => verified(download(reader, { digest, size }), { digest, size, where }),
    referrers: (digest) => referrers({ kind: "registry", registry, repository, digest }, options),
    taggedArtifacts: async (subject, kinds = artifactKinds) => {
      const tags = kinds.map((kind) => `${subject.replace(":", "-")}.${kind}`);
      const found = await Promise.all(tags.map((tag) => existing(reader, tag, `${registry}/${repository}:${tag}`)));
      return tags.flatMap((tag, at) => (found[at] === undefined ? [] : [{ tag, manifest: found[at] }]));
    },
  };
}

async function existing(reader: Reader, name: string, where: string): Promise<StoredManifest | undefined> {
  try {
    return await readManifest(reader, { name, where });
  } catch (error) {
    if (error instanceof RegistryRefusal && error.status === 404) return undefined;
    throw error;
  }
}

async function inLayout({ store, manifests }: ImageSource, tag: string | undefined): Promise<readonly NamedManifest[]> {
  const content = layoutContent(store, manifests);
  const images = manifests.filter((each) => isImage(each) && !isTaggedArtifact(each));
  const chosen = images.filter((each) => tag === undefined || refNameOf(each) === tag);
  if (chosen.length === 0) throw notIn(store.where, tag, images);
  return Promise.all(
    chosen.map(async (each) => ({
      name: refNameOf(each),
      platform: each.platform,
      manifest: await content.manifest(each),
      content,
    })),
  );
}

/**
 * True for an artifact of cosign. An image with a platform is not such an artifact, even if its
 * name has the same form. A build can choose its image's name, and verification must not skip the
 * image.
 */
const isTaggedArtifact = (each: Descriptor): boolean =>
  each.platform === undefined && artifactTag.test(refNameOf(each) ?? "");

const refNameOf = ({ annotations }: Descriptor): string | undefined => annotations?.[refName];

function notIn(where: string, tag: string | undefined, images: readonly Descriptor[]): CnbError {
  if (tag === undefined) return new CnbError("IMAGE_NOT_FOUND", `${where} contains no image`);
  const names = images.flatMap((each) => refNameOf(each) ?? []);
  return new CnbError("IMAGE_NOT_FOUND", `${where} has no image called "${tag}"`, {
    hint:
      names.length > 0
        ? `Use one of these names: ${names.join(", ")}.`
        : `Omit the name: the images in ${where} have no names.`,
  });
}

function layoutContent(store: ContentStore, listed: readonly Descriptor[]): Content {
  const { where } = store;
  const manifest = async (descriptor: Descriptor): Promise<StoredManifest> => {
    const bytes = await documentOf(store, descriptor);
    return { bytes, digest: digestOf(bytes), mediaType: descriptor.mediaType };
  };
  let artifacts: Promise<readonly ListedArtifact[]> | undefined;
  return {
    where,
    manifest,
    blob: ({ digest, size, mediaType }) =>
      verified(store.openUnverified?.({ digest, size, mediaType }) ?? nothing(), { digest, size, where }),
    referrers: async (subject) => {
      artifacts ??= artifactsIn(listed, manifest);
      const all = await artifacts;
      return all.flatMap(({ descriptor, refersTo }) => (refersTo(subject) ? [descriptor] : []));
    },
    taggedArtifacts: (subject, kinds = artifactKinds) => {
      const wanted = kinds.map((kind) => `${subject.replace(":", "-")}.${kind}`);
      const tagged = listed.flatMap((each) => {
        const tag = artifactTag.exec(refNameOf(each) ?? "")?.[1];
        return tag !== undefined && wanted.includes(tag) ? [{ tag, each }] : [];
      });
      return Promise.all(tagged.map(async ({ tag, each }) => ({ tag, manifest: await manifest(each) })));
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

/** An artifact that the index of a layout lists next to the images. */
interface ListedArtifact {
  readonly descriptor: Descriptor;
  readonly refersTo: (subject: Digest) => boolean;
}

/**
 * Lists the artifacts of a layout. An artifact that cannot be read is listed for every subject, so
 * that its reader reports it. A verification reads the other artifacts nevertheless.
 */
const artifactsIn = (
  listed: readonly Descriptor[],
  read: (descriptor: Descriptor) => Promise<StoredManifest>,
): Promise<readonly ListedArtifact[]> =>
  Promise.all(
    listed
      .filter((each) => refNameOf(each) === undefined)
      .map(async (descriptor) => {
        const manifest = await read(descriptor).catch(() => undefined);
        const own = manifest && subjectOf(manifest);
        return { descriptor, refersTo: (subject) => manifest === undefined || own === subject };
      }),
  );
