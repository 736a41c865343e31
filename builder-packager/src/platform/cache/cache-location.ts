import { existsSync } from "node:fs";
import { CnbError } from "../../errors.ts";
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
  type RegistryReference,
} from "../../oci/model/reference.ts";

/** The location of a build's cache: a directory, or an image in a registry. */
export type CacheLocation = { readonly folder: string } | { readonly image: RegistryReference };

/**
 * Parses `--cache`. A value that starts with `docker://` or with a host name is an image, unless a
 * directory has that name. Anything else is a directory.
 *
 * @throws CnbError IMAGE_REFERENCE_INVALID, ARGUMENT_INVALID for images that are not in a registry.
 * @example `cacheLocation("registry.example.com/shop-cache:1") // { image: … }`
 */
export function cacheLocation(text: string, isPresent: (path: string) => boolean = existsSync): CacheLocation {
  const isImage = /^docker:\/\//.test(text) || (/^[^./~][^/]*[.:][^/]*\/|^localhost\//.test(text) && !isPresent(text));
  return isImage ? { image: cacheImage(text) } : { folder: text };
}

/** Parses `--cache-image`. Throws IMAGE_REFERENCE_INVALID, ARGUMENT_INVALID. */
export function cacheImage(text: string): RegistryReference {
  const reference = parseImageReference(text);
  if (reference.kind === "registry" && reference.digest === undefined) return reference;
  const why =
    reference.kind === "registry" ? "an image name with a digest cannot be written to" : "it is not in a registry";
  throw new CnbError("ARGUMENT_INVALID", `${text} cannot be used as the cache image: ${why}`, {
    hint: "Use an image name REGISTRY/REPOSITORY:TAG, or pass a directory with --cache.",
  });
}

/** Refuses a cache image that has the same name as an output image. Throws ARGUMENT_INVALID. */
export function refuseSameImage(image: RegistryReference, outputs: readonly ImageReference[]): void {
  const nameOf = (reference: RegistryReference) => formatImageReference({ tag: "latest", ...reference });
  const same = outputs.find((output) => output.kind === "registry" && nameOf(output) === nameOf(image));
  if (!same) return;
  throw new CnbError(
    "ARGUMENT_INVALID",
    `${nameOf(image)} cannot be used as the cache image: it is also the name of the application's image`,
    {
      hint: `Use another name for the cache image, for example ${nameOf(image)}-cache.`,
    },
  );
}
