import type { ImageReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { readPublicKeys } from "./keys/key-file.ts";
import { verifyImages } from "./verify.ts";

/**
 * Verifies an image before its use. In a registry, the returned reference contains the digest that
 * was verified, because the tag can refer to another image a moment later.
 *
 * @param keyFiles public keys in PEM; a signature by one of them is enough
 * @throws CnbError SIGNATURE_NOT_FOUND, SIGNATURE_INVALID, SIGNING_KEY_INVALID, IMAGE_…, REGISTRY_….
 */
export async function verifiedReference(
  reference: ImageReference,
  { keyFiles, registry }: { readonly keyFiles: readonly string[]; readonly registry: RegistryOptions },
): Promise<ImageReference> {
  const keys = await readPublicKeys(keyFiles);
  const [verified] = await verifyImages(reference, { keys, registry });
  if (reference.kind !== "registry" || verified === undefined) return reference;
  const { tag: _, ...repository } = reference;
  return { ...repository, digest: verified.digest };
}
