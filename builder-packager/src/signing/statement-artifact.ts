import { type Artifact, type StoredArtifact, storedArtifact } from "../oci/registry/attach.ts";
import type { StoredManifest } from "../oci/registry/manifest-read.ts";
import { bundleMediaType, bundleOf } from "./formats/bundle.ts";
import { signEnvelope } from "./formats/dsse.ts";
import { type Statement, statementAbout, statementMediaType } from "./formats/statement.ts";
import type { Signer } from "./keys/signer.ts";

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
  signer: Signer,
): Promise<Artifact> {
  const payload = statementAbout(repository, manifest.digest, statement);
  const envelope = await signEnvelope(payload, statementMediaType, signer);
  return {
    artifactType: bundleMediaType,
    files: [{ mediaType: bundleMediaType, content: bundleOf(envelope, signer) }],
    annotations: {
      "dev.sigstore.bundle.content": "dsse-envelope",
      "dev.sigstore.bundle.predicateType": statement.predicateType,
    },
  };
}

/** Like {@link statementArtifact}, in the form in which the artifact is stored. */
export const storedStatement = async (
  subject: SignedSubject,
  statement: Statement,
  signer: Signer,
): Promise<StoredArtifact> => storedArtifact(await statementArtifact(subject, statement, signer), subject.manifest);
