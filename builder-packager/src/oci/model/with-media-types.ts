import { CnbError } from "../../errors.ts";
import type { Image } from "./image.ts";
import { dockerLayerType, mediaTypes } from "./media-type.ts";
import { manifestBytes, serializeImage } from "./serialize.ts";

/**
 * The image with a manifest of Docker's schema 2 or of OCI; blobs and the configuration's bytes stay. Take it as the last
 * step: an image that is changed gets an OCI manifest.
 *
 * @throws CnbError IMAGE_INVALID for a layer of zstd in Docker's schema 2, which has no type for it.
 * @example `await writeImage(withMediaTypes(image, "docker"), parseImageReference("example.com/app:1"))`
 */
export function withMediaTypes(image: Image, types: "docker" | "oci"): Image {
  const { config } = serializeImage(image);
  const docker = types === "docker";
  const mediaType = docker ? mediaTypes.dockerManifest : mediaTypes.ociManifest;
  const zstd = image.layers.find((layer) => docker && dockerLayerType(layer.mediaType) === undefined);
  if (zstd)
    throw new CnbError("IMAGE_INVALID", `Docker's schema 2 has no type for layer ${zstd.digest}, ${zstd.mediaType}`, {
      hint: "Compress the layer with gzip, or keep OCI's types.",
    });
  return { ...image, raw: { manifest: manifestBytes(image, config, types), config, mediaType } };
}
