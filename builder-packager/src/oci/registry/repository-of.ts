import { CnbError } from "../../errors.ts";
import { formatImageReference, type ImageReference, type RegistryReference } from "../model/reference.ts";

/**
 * Returns the reference if it refers to an image in a registry. Throws for any other reference,
 * because only registries support the operation that `purpose` names.
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
