import { CnbError } from "../../errors.ts";
import { formatImageReference, type ImageReference, type RegistryReference } from "../model/reference.ts";

/**
 * Returns a reference that is in a registry. Refuses any other reference, for operations that only
 * registries support.
 */
export function repositoryOf(reference: ImageReference, purpose: string): RegistryReference {
  if (reference.kind === "registry") return reference;
  throw new CnbError(
    "IMAGE_REFERENCE_UNSUPPORTED",
    `cannot ${purpose} ${formatImageReference(reference)}: it is not an image in a registry`,
    {
      hint: "Use an image in a registry: REGISTRY/REPOSITORY:TAG.",
    },
  );
}
