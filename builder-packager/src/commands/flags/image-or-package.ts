import { type ImageReference, parseImageReference } from "../../oci/model/reference.ts";

/**
 * Parses the name of an image or the path of a `.cnb` file, which is an OCI archive. As an image
 * name, the path would refer to Docker Hub.
 *
 * @throws CnbError IMAGE_REFERENCE_INVALID
 */
export const imageOrPackage = (name: string): ImageReference => packageFile(name) ?? parseImageReference(name);

/** Returns the reference for the path of a `.cnb` file; undefined for another name. */
export const packageFile = (name: string): Extract<ImageReference, { readonly kind: "oci-archive" }> | undefined =>
  isPackageFile(name) ? { kind: "oci-archive", file: name } : undefined;

/** True for `web.cnb`, `./web.cnb` and `dist/web.cnb`, and false for a name with a registry. */
const isPackageFile = (name: string): boolean => /^[^:@]*\.cnb$/.test(name) && !hasRegistry(name);

const hasRegistry = (name: string): boolean => /^(?:localhost|[^./][^/]*\.[^/]*)\//.test(name);
