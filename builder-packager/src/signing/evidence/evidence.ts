import { buffer } from "node:stream/consumers";
import type { Content } from "../../copy/content.ts";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Digest } from "../../oci/model/digest.ts";
import { parseManifest } from "../../oci/model/document.ts";
import { isIndex } from "../../oci/model/media-type.ts";
import type { Descriptor } from "../../oci/model/spec.ts";
import type { StoredManifest } from "../../oci/registry/manifest-read.ts";
import { isBundle } from "../formats/bundle.ts";
import { signatureAnnotation, simpleSigningMediaType } from "../formats/simple-signing.ts";

/** A signature or attestation of an image that is not verified yet. */
export type Evidence =
  | { readonly kind: "bundle" | "envelope"; readonly digest: Digest; readonly bytes: Uint8Array }
  | {
      readonly kind: "simple-signing";
      readonly digest: Digest;
      readonly bytes: Uint8Array;
      /** The signature of the bytes in base64. */
      readonly signature: string;
    };

/** The media type of the attestations of cosign 1 and 2. */
const envelopeMediaType = "application/vnd.dsse.envelope.v1+json";

/** The listed type of an artifact whose own type is unknown. cosign lists its bundles so in a fallback tag. */
const emptyConfig = "application/vnd.oci.empty.v1+json";

/**
 * Reads the signatures and attestations of a manifest, one after the other: bundles that refer to
 * it, and the tags `sha256-….sig` and `sha256-….att` of cosign 1 and 2. Other artifacts, such as
 * SBOMs without a signature, are skipped.
 *
 * @throws CnbError SIGNATURE_INVALID for more than 100, or for one that is too large.
 */
export async function* evidenceOf(content: Content, subject: Digest): AsyncGenerator<Evidence, void, undefined> {
  const layers = [...(await referringLayers(content, subject)), ...(await taggedLayers(content, subject))];
  const most = limits.signatures.most;
  if (layers.length > most)
    throw new CnbError("SIGNATURE_INVALID", `${content.where} has more than ${most} signatures and attestations`, {
      hint:
        content.repository === undefined
          ? "Delete attached artifacts that are not needed in the registry of the image, and copy the image again."
          : "Delete attached artifacts that are not needed: cnb image delete REPOSITORY@DIGEST.",
    });
  for (const { layer, kind } of layers) yield await evidenceIn(layer, kind, content);
}

interface SignedLayer {
  readonly layer: Descriptor;
  readonly kind: Evidence["kind"];
}

async function referringLayers(content: Content, subject: Digest): Promise<readonly SignedLayer[]> {
  const listed = await content.referrers(subject);
  const bundles = listed.filter(
    ({ artifactType = emptyConfig }) => artifactType === emptyConfig || isBundle(artifactType),
  );
  const found: SignedLayer[] = [];
  for (const descriptor of bundles.slice(0, limits.signatures.most + 1))
    found.push(...layersOf(await content.manifest(descriptor), content.where));
  return found;
}

async function taggedLayers(content: Content, subject: Digest): Promise<readonly SignedLayer[]> {
  const tagged = await content.taggedArtifacts(subject);
  return tagged.flatMap(({ manifest }) => layersOf(manifest, content.where));
}

function layersOf(manifest: StoredManifest, where: string): readonly SignedLayer[] {
  if (isIndex(manifest.mediaType)) return [];
  return parseManifest(manifest.bytes, where).layers.flatMap((layer) => {
    const kind = kindOf(layer.mediaType);
    return kind === undefined ? [] : [{ layer, kind }];
  });
}

function kindOf(mediaType: string): Evidence["kind"] | undefined {
  if (isBundle(mediaType)) return "bundle";
  if (mediaType === envelopeMediaType) return "envelope";
  return mediaType === simpleSigningMediaType ? "simple-signing" : undefined;
}

async function evidenceIn(layer: Descriptor, kind: Evidence["kind"], content: Content): Promise<Evidence> {
  const { digest, size, annotations } = layer;
  if (size > limits.attestation.most)
    throw new CnbError("SIGNATURE_INVALID", `the signature ${digest} of ${content.where} is too large: ${size} bytes`, {
      hint: "Delete the attached artifact, and sign the image again.",
    });
  const bytes = await buffer(content.blob(layer));
  if (kind !== "simple-signing") return { kind, digest, bytes };
  return { kind, digest, bytes, signature: annotations?.[signatureAnnotation] ?? "" };
}
