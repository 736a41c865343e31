import { type NamedManifest, openContent } from "../copy/content.ts";
import { CnbError } from "../errors.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { printable } from "../text/printable.ts";

/**
 * Opens the images that a reference names, to sign or verify them.
 *
 * @param operation the operation as a verb for errors: `sign` or `verify`
 * @throws CnbError IMAGE_REFERENCE_UNSUPPORTED for an image of Docker, IMAGE_…, REGISTRY_….
 */
export async function openSigned(
  reference: ImageReference,
  operation: "sign" | "verify",
  registry: RegistryOptions,
): Promise<readonly NamedManifest[]> {
  if (reference.kind !== "docker-daemon" && reference.kind !== "docker-archive")
    return openContent(reference, registry);
  throw new CnbError(
    "IMAGE_REFERENCE_UNSUPPORTED",
    `cannot ${operation} ${formatImageReference(reference)}: Docker stores no signatures`,
    { hint: "Use an image in a registry, an OCI layout or an OCI archive." },
  );
}

/**
 * Returns the name of an image for the output, in one line. A layout can contain any name, and
 * scripts read each line as a verified digest.
 */
export const shownName = ({ name }: NamedManifest, reference: ImageReference): string =>
  name === undefined ? formatImageReference(reference) : printable(name).replaceAll(/[\n\t]/g, " ");
