import type { NamedManifest } from "../copy/content.ts";
import { imageFor } from "../copy/copy.ts";
import { candidatesFor } from "../copy/platform-images.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Claim, Trust } from "./evidence/claim.ts";
import { claimsAbout } from "./evidence/claims.ts";
import { signatureType } from "./formats/predicate-types.ts";
import { openSigned, shownName } from "./signed-content.ts";
import { UnverifiedImage } from "./unverified-image.ts";

/** Options of {@link verifyImages}. */
export interface VerifyOptions extends Trust {
  /** The type of the attestation that the image must have. @default a signature is enough */
  readonly predicateType?: string | undefined;
  /** Verifies the image for this platform. @default the whole index */
  readonly platform?: Platform | undefined;
  readonly registry: RegistryOptions;
}

/** An image, and all its signatures and attestations by the given keys. */
export interface VerifiedImage {
  /** The name of the image, for example `example.com/app:1`. */
  readonly image: string;
  readonly digest: Digest;
  /** The claims of the requested type. */
  readonly claims: readonly Claim[];
}

/**
 * Verifies that the images that a reference names are signed. The images are in a registry, an OCI
 * layout or an OCI archive. Bundles of cosign 3 and the formats of cosign 1 and 2 are accepted.
 *
 * @throws CnbError SIGNATURE_NOT_FOUND, SIGNATURE_INVALID, IMAGE_…, REGISTRY_….
 */
export async function verifyImages(
  reference: ImageReference,
  options: VerifyOptions,
): Promise<readonly VerifiedImage[]> {
  const verified: VerifiedImage[] = [];
  const images = await openSigned(reference, "verify", options.registry);
  for (const each of candidatesFor(images, options.platform)) {
    const image = await imageFor(each, options.platform);
    verified.push(await verifyImage(image, shownName(image, reference), options));
  }
  return verified;
}

async function verifyImage(
  { manifest: { digest }, content }: NamedManifest,
  image: string,
  { keys, keyless, predicateType = signatureType }: VerifyOptions,
): Promise<VerifiedImage> {
  const trust = { keys, keyless };
  const { claims, refused } = await claimsAbout(digest, content, trust);
  const found = claims.filter((claim) => claim.predicateType === predicateType);
  if (found.length === 0) throw new UnverifiedImage(`${image}@${digest}`, { predicateType, refused, trust });
  return { image, digest, claims: found };
}
