import { CnbError } from "../../errors.ts";
import { type ImageReference, parseImageReference } from "../../oci/model/reference.ts";

/** The error for a package in a `.cnb` file: this format has no place for signatures. */
export const unsignablePackage = (): CnbError =>
  new CnbError("IMAGE_REFERENCE_UNSUPPORTED", "cannot sign the package: a .cnb file cannot contain signatures", {
    hint: "Write the package to a registry, an OCI layout or an OCI archive: --output oci:DIR.",
  });

/**
 * Parses the name of an image to sign. Without this error, the path of a `.cnb` file would be the name of an image of
 * Docker Hub.
 *
 * @throws CnbError IMAGE_REFERENCE_UNSUPPORTED for the path of a `.cnb` file, IMAGE_REFERENCE_INVALID
 */
export function parseSignedImage(name: string): ImageReference {
  if (isPackageFile(name)) throw unsignablePackage();
  return parseImageReference(name);
}

/** True for `web.cnb`, `./web.cnb` and `dist/web.cnb`, and false for a name with a registry. */
const isPackageFile = (name: string): boolean => /^[^:@]*\.cnb$/.test(name) && !hasRegistry(name);

const hasRegistry = (name: string): boolean => /^(?:localhost|[^./][^/]*\.[^/]*)\//.test(name);
