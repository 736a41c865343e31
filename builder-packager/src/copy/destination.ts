import { CnbError } from "../errors.ts";
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
  type RegistryReference,
} from "../oci/model/reference.ts";

/**
 * The destination of a copy: a registry reference, the common beginning of several repository
 * names, a layout or an archive.
 */
export type CopyDestination =
  | RegistryReference
  /** Repositories below a registry or a namespace, which is written with a slash at the end. */
  | { readonly kind: "repositories"; readonly registry: string; readonly namespace: string }
  | Extract<ImageReference, { readonly kind: "oci" | "oci-archive" }>;

/**
 * Parses the destination of a copy. The destination is an image reference, or a registry or
 * namespace with a slash at the end. A registry or namespace gets one repository for each image.
 *
 * @throws CnbError IMAGE_REFERENCE_INVALID, IMAGE_REFERENCE_UNSUPPORTED
 * @example `parseDestination("registry.example.com/mirror/")`
 */
export function parseDestination(text: string): CopyDestination {
  if (text.endsWith("/") && !/^oci(-archive)?:/.test(text)) return repositoriesBelow(text);
  const reference = parseImageReference(text);
  if (reference.kind === "registry" || reference.kind === "oci" || reference.kind === "oci-archive") return reference;
  throw otherDigest(text);
}

const otherDigest = (text: string): CnbError =>
  new CnbError(
    "IMAGE_REFERENCE_UNSUPPORTED",
    `cannot copy to ${text}: Docker may rewrite the manifest, so the copy could get a different digest`,
    {
      hint: "Use REGISTRY/REPOSITORY:TAG, REGISTRY/NAMESPACE/, oci:DIR or oci-archive:FILE.",
    },
  );

function repositoriesBelow(text: string): CopyDestination {
  const sample = parseImageReference(`${text}image`);
  if (sample.kind !== "registry") throw otherDigest(text);
  const { registry, repository } = sample;
  return { kind: "repositories", registry, namespace: repository.replace(/\/?image$/, "") };
}

/** Formats the destination of a copy as the user wrote it. */
export const formatDestination = (destination: CopyDestination): string =>
  destination.kind === "repositories"
    ? `${[destination.registry, destination.namespace].filter((part) => part !== "").join("/")}/`
    : formatImageReference(destination);

/**
 * Returns the reference for a copy of an image below a registry or a namespace. The copy has the
 * same repository and tag as the image, because registry mirrors require that.
 *
 * @throws CnbError IMAGE_REFERENCE_INVALID if the image has no name
 */
export function referenceBelow(
  { registry, namespace }: Extract<CopyDestination, { readonly kind: "repositories" }>,
  name: string | undefined,
  where: string,
): RegistryReference {
  const named = name === undefined || /^[^/:@]+$/.test(name) ? undefined : parseImageReference(name);
  if (named?.kind !== "registry")
    throw new CnbError(
      "IMAGE_REFERENCE_INVALID",
      `cannot determine the destination of an image in ${where}: its name contains no repository`,
      {
        hint: "Write the whole name of the destination instead: REGISTRY/REPOSITORY:TAG.",
      },
    );
  return { ...named, registry, repository: [namespace, named.repository].filter((part) => part !== "").join("/") };
}
