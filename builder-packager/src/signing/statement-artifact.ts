import { type Artifact, type StoredArtifact, storedArtifact } from "../oci/registry/attach.ts";
import type { StoredManifest } from "../oci/registry/manifest-read.ts";
import type { BundleSigner } from "./bundle-signer.ts";
import { bundleMediaType } from "./formats/bundle.ts";
import { type Statement, statementAbout, statementMediaType } from "./formats/statement.ts";

/** A manifest to sign. */
export interface SignedSubject {
  /** The repository of the image for the statement, for example `example.com/app`; may be empty. */
  readonly repository: string;
  readonly manifest: StoredManifest;
}

/**
 * Signs a statement about a manifest. The artifact contains a sigstore bundle.
 *
 * @throws CnbError SIGNING_FAILED
 */
export async function statementArtifact(
  { repository, manifest }: SignedSubject,
  statement: Statement,
  signer: BundleSigner,
): Promise<Artifact> {
  const payload = statementAbout(repository, manifest.digest, statement);
  const content = await signer.sign(payload, statementMediaType);
  return {
    artifactType: bundleMediaType,
    files: [{ mediaType: bundleMediaType, content }],
    annotations: {
      "dev.sigstore.bundle.content": "dsse-envelope",
      "dev.sigstore.bundle.predicateType": statement.predicateType,
    },
  };
}

/**
 * Creates the same artifact as {@link statementArtifact}, in the form in which an artifact is
 * stored.
 */
export const storedStatement = async (
  subject: SignedSubject,
  statement: Statement,
  signer: BundleSigner,
): Promise<StoredArtifact> => storedArtifact(await statementArtifact(subject, statement, signer), subject.manifest);
