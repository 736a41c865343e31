import { CnbError } from "../../errors.ts";
import { formatImageReference, type ImageReference, type RegistryReference } from "../model/reference.ts";

/** The reference as a registry reference, for operations that only registries support. */
export function repositoryOf(reference: ImageReference, what: string): RegistryReference {
  if (reference.kind === "registry") return reference;
  throw new CnbError("IMAGE_REFERENCE_UNSUPPORTED", `cannot ${what} ${formatImageReference(reference)}`, {
    hint: "Name an image of a registry: REGISTRY/REPOSITORY:TAG.",
  });
}
