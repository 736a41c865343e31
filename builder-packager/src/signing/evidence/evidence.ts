import { buffer } from "node:stream/consumers";
import type { Content } from "../../copy/content.ts";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Digest } from "../../oci/model/digest.ts";
import { parseManifest } from "../../oci/model/document.ts";
import { isIndex } from "../../oci/model/media-type.ts";
import type { Descriptor } from "../../oci/model/spec.ts";
import type { StoredManifest } from "../../oci/registry/manifest-read.ts";
import { printable } from "../../text/printable.ts";
import { isBundle } from "../formats/bundle.ts";
import { signatureAnnotation, simpleSigningMediaType } from "../formats/simple-signing.ts";

/** A signature or attestation of an image that is not verified yet. */
export type ReadableEvidence =
  | { readonly kind: "bundle" | "envelope"; readonly digest: Digest; readonly bytes: Uint8Array }
  | {
      readonly kind: "simple-signing";
      readonly digest: Digest;
      readonly bytes: Uint8Array;
      /** The signature of the bytes in base64. */
      readonly signature: string;
    };

/**
 * An attached artifact that cannot be read. Anyone with write access to the repository can attach
 * one, so it must not hide the valid signatures.
 */
export interface UnreadableEvidence {
  readonly kind: "unreadable";
  /** The reason. It completes a sentence that begins with "the signature". */
  readonly reason: string;
  readonly hint?: string;
}

export type Evidence = ReadableEvidence | UnreadableEvidence;

/** The media type of the attestations of cosign 1 and 2. */
const envelopeMediaType = "application/vnd.dsse.envelope.v1+json";

/** The listed type of an artifact whose own type is unknown. cosign lists its bundles so in a fallback tag. */
const emptyConfig = "application/vnd.oci.empty.v1+json";

/**
 * Reads the signatures and attestations of a manifest, one after the other: bundles that refer to
 * it, and the tags `sha256-….sig` and `sha256-….att` of cosign 1 and 2. Other artifacts, such as
 * SBOMs without a signature, are skipped. Damaged artifacts, and those beyond the first 100, are
 * returned as unreadable.
 *
 * @throws CnbError REGISTRY_….
 */
export async function* evidenceOf(content: Content, subject: Digest): AsyncGenerator<Evidence, void, undefined> {
  let count = 0;
  for await (const found of layersOf(content, subject)) {
    if (found.kind === "unreadable") yield found;
    else if (count === limits.signatures.most) return yield tooMany(content);
    else {
      count++;
      yield await readable(() => evidenceIn(found, content));
    }
  }
}

const tooMany = ({ where, repository }: Content): UnreadableEvidence => ({
  kind: "unreadable",
  reason: `was not read: ${where} has more than ${limits.signatures.most} signatures and attestations`,
  hint:
    repository === undefined
      ? "Delete attached artifacts that are not needed in the registry of the image, and copy the image again."
      : "Delete attached artifacts that are not needed: cnb image delete REPOSITORY@DIGEST.",
});

interface SignedLayer {
  readonly layer: Descriptor;
  readonly kind: ReadableEvidence["kind"];
}

/** Lists the layers with signatures. Layers of artifacts that are never reached are not requested. */
async function* layersOf(
  content: Content,
  subject: Digest,
): AsyncGenerator<SignedLayer | UnreadableEvidence, void, undefined> {
  const listed = await readable(() => content.referrers(subject));
  if ("kind" in listed) yield listed;
  else
    for (const descriptor of listed.filter(({ artifactType = emptyConfig }) => isSigned(artifactType)))
      yield* signedLayers(await readable(() => content.manifest(descriptor)), content.where);
  for (const kind of ["sig", "att"] as const) {
    const tagged = await readable(() => content.taggedArtifacts(subject, [kind]));
    if ("kind" in tagged) yield tagged;
    else for (const { manifest } of tagged) yield* signedLayers(manifest, content.where);
  }
}

const isSigned = (artifactType: string): boolean => artifactType === emptyConfig || isBundle(artifactType);

function* signedLayers(
  manifest: StoredManifest | UnreadableEvidence,
  where: string,
): Generator<SignedLayer | UnreadableEvidence, void, undefined> {
  if ("kind" in manifest) return yield manifest;
  if (isIndex(manifest.mediaType)) return;
  try {
    for (const layer of parseManifest(manifest.bytes, where).layers) {
      const kind = kindOf(layer.mediaType);
      if (kind !== undefined) yield { layer, kind };
    }
  } catch (error) {
    yield unreadable(error);
  }
}

function kindOf(mediaType: string): ReadableEvidence["kind"] | undefined {
  if (isBundle(mediaType)) return "bundle";
  if (mediaType === envelopeMediaType) return "envelope";
  return mediaType === simpleSigningMediaType ? "simple-signing" : undefined;
}

async function evidenceIn({ layer, kind }: SignedLayer, content: Content): Promise<Evidence> {
  const { digest, size, annotations } = layer;
  if (size > limits.attestation.most)
    return { kind: "unreadable", reason: `was not read: ${digest} is too large: ${size} bytes` };
  const bytes = await buffer(content.blob(layer));
  if (kind !== "simple-signing") return { kind, digest, bytes };
  return { kind, digest, bytes, signature: annotations?.[signatureAnnotation] ?? "" };
}

/** Returns the result, or the defect of what was read. Other errors concern the whole image. */
async function readable<Result>(read: () => Promise<Result>): Promise<Result | UnreadableEvidence> {
  try {
    return await read();
  } catch (error) {
    return unreadable(error);
  }
}

const defects: readonly string[] = ["IMAGE_INVALID", "IMAGE_NOT_FOUND", "BLOB_CORRUPT", "DIGEST_INVALID"];

function unreadable(error: unknown): UnreadableEvidence {
  if (error instanceof CnbError && defects.includes(error.code))
    return { kind: "unreadable", reason: `cannot be read: ${printable(error.message)}` };
  throw error;
}
