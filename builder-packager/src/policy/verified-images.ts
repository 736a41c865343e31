import { isAbsolute, join } from "node:path";
import { CnbError } from "../errors.ts";
import { readImages } from "../oci/image-io.ts";
import type { ImageIndex } from "../oci/model/image-index.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { verifiedImages } from "../signing/admission.ts";
import type { CheckedImage } from "./facts/facts.ts";
import { type Policy, policyDir } from "./policy.ts";

/** Images, and the result of verifying their signatures; undefined if the policy names no keys. */
export interface ReadIndex {
  readonly index: ImageIndex;
  readonly signature: CheckedImage["signature"];
}

const refusals = ["SIGNATURE_INVALID", "SIGNATURE_NOT_FOUND"];

/**
 * Reads the images under a name, and verifies their signatures with the keys of a policy. Images
 * with a valid signature are exactly those that were verified, also if their tag changes meanwhile.
 *
 * @throws CnbError SIGNING_KEY_INVALID, IMAGE_…, REGISTRY_….
 */
export async function readAndVerify(
  reference: ImageReference,
  policy: Policy,
  registry: RegistryOptions,
): Promise<ReadIndex> {
  const keys = policy.signatures?.keys;
  if (keys === undefined) return { index: await readImages(reference, { registry }), signature: undefined };
  const reason = (text: string) => ({ valid: false, reason: text });
  if (reference.kind === "docker-daemon" || reference.kind === "docker-archive")
    return {
      index: await readImages(reference, { registry }),
      signature: reason("has no signature: Docker stores none"),
    };
  const files = keys.map((key) => (isAbsolute(key) ? key : join(policyDir(policy), key)));
  const verifying = verifiedImages(registry, [{ images: [], keys: files }]);
  try {
    return { index: await readImages(reference, { registry: verifying }), signature: { valid: true, reason: "" } };
  } catch (error) {
    if (!(error instanceof CnbError) || !refusals.includes(error.code)) throw error;
    const text =
      error.code === "SIGNATURE_NOT_FOUND" ? "has no signature" : "has no signature by one of the policy's keys";
    return { index: await readImages(reference, { registry }), signature: reason(text) };
  }
}
