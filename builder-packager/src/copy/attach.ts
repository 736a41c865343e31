import { CnbError } from "../errors.ts";
import type { Digest } from "../oci/model/digest.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import { type Artifact, attach, storedArtifact } from "../oci/registry/attach.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { NamedManifest } from "./content.ts";
import { addArtifactToArchive } from "./to-archive-file.ts";
import { addArtifactToLayout } from "./to-layout.ts";

/**
 * Attaches an artifact to an image that was opened from a registry, an OCI layout or an OCI archive.
 * The image is unchanged.
 *
 * @param reference the reference with which the image was opened
 * @returns the digest of the artifact's manifest
 * @throws CnbError IMAGE_REFERENCE_UNSUPPORTED, OUTPUT_UNWRITABLE, REGISTRY_….
 */
export async function attachArtifact(
  { manifest: subject }: NamedManifest,
  reference: ImageReference,
  { artifact, registry }: { readonly artifact: Artifact; readonly registry: RegistryOptions },
): Promise<Digest> {
  const { signal } = registry;
  const stored = storedArtifact(artifact, subject);
  switch (reference.kind) {
    case "registry": {
      const { tag: _, ...repository } = reference;
      // By the digest: the tag may refer to another image meanwhile.
      await attach({ ...repository, digest: subject.digest }, artifact, registry);
      break;
    }
    case "oci":
      await addArtifactToLayout(stored, { dir: reference.dir, signal });
      break;
    case "oci-archive":
      await addArtifactToArchive(stored, { file: reference.file, signal });
      break;
    default:
      throw new CnbError(
        "IMAGE_REFERENCE_UNSUPPORTED",
        `cannot attach a file to ${formatImageReference(reference)}: Docker stores no attached files`,
        { hint: "Use an image in a registry, an OCI layout or an OCI archive." },
      );
  }
  return stored.manifest.digest;
}
