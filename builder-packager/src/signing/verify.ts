import type { NamedManifest } from "../copy/content.ts";
import { imageFor } from "../copy/copy.ts";
import { CnbError } from "../errors.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Claim, RefusedEvidence } from "./evidence/claim.ts";
import { claimsAbout } from "./evidence/claims.ts";
import { signatureType } from "./formats/predicate-types.ts";
import type { PublicKey } from "./keys/public-key.ts";
import { openSigned, shownName } from "./signed-content.ts";

/** Options of {@link verifyImages}. */
export interface VerifyOptions {
  /** A signature by one of these keys is enough. */
  readonly keys: readonly PublicKey[];
  /** The type of the attestation that the image must have. @default a signature is enough */
  readonly predicateType?: string | undefined;
  /** Verifies the image for this platform. @default the whole index */
  readonly platform?: Platform | undefined;
  readonly registry: RegistryOptions;
}

/** An image, and all its signatures and attestations by the keys. */
export interface VerifiedImage {
  /** The name of the image, for example `example.com/app:1`. */
  readonly image: string;
  readonly digest: Digest;
  /** The claims of the requested type. */
  readonly claims: readonly Claim[];
}

/**
 * Verifies that the images which a reference names are signed, in a registry, an OCI layout or an
 * OCI archive. Bundles of cosign 3 and the formats of cosign 1 and 2 are accepted.
 *
 * @throws CnbError SIGNATURE_NOT_FOUND, SIGNATURE_INVALID, IMAGE_…, REGISTRY_….
 */
export async function verifyImages(
  reference: ImageReference,
  options: VerifyOptions,
): Promise<readonly VerifiedImage[]> {
  const verified: VerifiedImage[] = [];
  for (const each of await openSigned(reference, "verify", options.registry)) {
    const image = await imageFor(each, options.platform);
    verified.push(await verifyImage(image, shownName(image, reference), options));
  }
  return verified;
}

async function verifyImage(
  { manifest: { digest }, content }: NamedManifest,
  image: string,
  { keys, predicateType = signatureType }: VerifyOptions,
): Promise<VerifiedImage> {
  const { claims, refused } = await claimsAbout(digest, content, keys);
  const found = claims.filter((claim) => claim.predicateType === predicateType);
  if (found.length === 0) throw unverified(`${image}@${digest}`, predicateType, refused);
  return { image, digest, claims: found };
}

function unverified(image: string, predicateType: string, refused: readonly RefusedEvidence[]): CnbError {
  const wanted = predicateType === signatureType ? "signature" : `attestation of the type ${predicateType}`;
  if (refused.length === 0)
    return new CnbError("SIGNATURE_NOT_FOUND", `${image} has no ${wanted}`, {
      hint:
        predicateType === signatureType
          ? "Sign the image with cnb sign IMAGE --key FILE, or use an image that is signed."
          : "Attach an attestation with cnb attest, or remove --type.",
    });
  const reasons = Map.groupBy(refused, ({ message }) => message);
  const counted = [...reasons].map(([reason, all]) => `${all.length} ${reason}`);
  const [hint = "Pass the public key of the signer with --key, and check the origin of the image."] = refused.flatMap(
    (each) => each.hint ?? [],
  );
  return new CnbError(
    "SIGNATURE_INVALID",
    `${image} has no valid ${wanted}; of its signatures, ${counted.slice(0, 5).join("; ")}`,
    { hint },
  );
}
