import { attachArtifact } from "../copy/attach.ts";
import type { NamedManifest } from "../copy/content.ts";
import { repositoryOfName } from "../copy/repository-of-name.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { BundleSigner } from "./bundle-signer.ts";
import { signatureType } from "./formats/predicate-types.ts";
import type { Statement } from "./formats/statement.ts";
import { openSigned, shownName } from "./signed-content.ts";
import { statementArtifact } from "./statement-artifact.ts";

/** Options of {@link signImage} and {@link attestImage}. */
export interface SigningOptions {
  readonly signer: BundleSigner;
  readonly registry: RegistryOptions;
}

/** A signature or an attestation that was attached to an image. */
export interface AttachedStatement {
  /** The name of the image, for example `example.com/app:1`. */
  readonly image: string;
  /** The digest of the image's manifest or index. */
  readonly digest: Digest;
  /** The digest of the attached manifest. */
  readonly attached: Digest;
}

/**
 * Signs the images that a reference names. The images are in a registry, an OCI layout or an OCI
 * archive. The signature is a sigstore bundle that refers to the image. An index is signed as a
 * whole.
 *
 * @throws CnbError IMAGE_…, REGISTRY_…, SIGNING_FAILED, OUTPUT_UNWRITABLE.
 */
export const signImage = (reference: ImageReference, options: SigningOptions): Promise<readonly AttachedStatement[]> =>
  attestImage(reference, { predicateType: signatureType, predicate: {} }, options);

/**
 * Attaches a signed statement to the images that a reference names: an in-toto attestation, such as
 * SLSA provenance or an SBOM.
 *
 * @throws CnbError IMAGE_…, REGISTRY_…, SIGNING_FAILED, OUTPUT_UNWRITABLE.
 */
export async function attestImage(
  reference: ImageReference,
  statement: Statement,
  options: SigningOptions,
): Promise<readonly AttachedStatement[]> {
  const attached: AttachedStatement[] = [];
  for (const image of await openSigned(reference, "sign", options.registry))
    attached.push(await attachStatement(image, reference, statement, options));
  return attached;
}

async function attachStatement(
  image: NamedManifest,
  reference: ImageReference,
  statement: Statement,
  { signer, registry }: SigningOptions,
): Promise<AttachedStatement> {
  const { manifest } = image;
  // Without the tag, because it can refer to another image later.
  const repository = repositoryOfName(image.name ?? "") ?? "";
  const artifact = await statementArtifact({ repository, manifest }, statement, signer);
  return {
    image: shownName(image, reference),
    digest: manifest.digest,
    attached: await attachArtifact(image, reference, { artifact, registry }),
  };
}
