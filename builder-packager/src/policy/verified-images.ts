import { signersBelow, signersOf } from "../config/verification/signers.ts";
import { readImages } from "../oci/image-io.ts";
import type { ImageIndex } from "../oci/model/image-index.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { verifiedImages } from "../signing/admission.ts";
import { UnverifiedImage } from "../signing/unverified-image.ts";
import type { CheckedImage } from "./facts/facts.ts";
import { type Policy, policyDir } from "./policy.ts";

/**
 * Images with the result of verifying their signatures. The result is undefined if the policy does
 * not name signers.
 */
export interface ReadIndex {
  readonly index: ImageIndex;
  readonly signature: CheckedImage["signature"];
}

/**
 * Reads the images under a name, and verifies their signatures against the signers of a policy. The
 * returned images are exactly those whose signatures were verified, even if their tag changes
 * meanwhile.
 *
 * @throws CnbError SIGNING_KEY_INVALID, SIGSTORE_FILE_INVALID, IMAGE_…, REGISTRY_….
 */
export async function readAndVerify(
  reference: ImageReference,
  policy: Policy,
  registry: RegistryOptions,
): Promise<ReadIndex> {
  const { signatures } = policy;
  if (signatures === undefined) return { index: await readImages(reference, { registry }), signature: undefined };
  const reason = (text: string) => ({ valid: false, reason: text });
  if (reference.kind === "docker-daemon" || reference.kind === "docker-archive")
    return {
      index: await readImages(reference, { registry }),
      signature: reason("has no signature: Docker stores none"),
    };
  const signers = signersBelow(policyDir(policy), signersOf(signatures));
  const verifying = verifiedImages(registry, [{ images: [], ...signers }]);
  try {
    return { index: await readImages(reference, { registry: verifying }), signature: { valid: true, reason: "" } };
  } catch (error) {
    if (!(error instanceof UnverifiedImage)) throw error;
    return { index: await readImages(reference, { registry }), signature: reason(error.reason) };
  }
}
