import { CnbError } from "../../errors.ts";
import type { Image } from "./image.ts";
import { dockerLayerType, mediaTypes } from "./media-type.ts";
import { manifestBytes, serializeImage } from "./serialize.ts";

/**
 * Returns the image with a manifest of Docker's schema 2 or of OCI. Blobs and the configuration's
 * bytes do not change. Call it last, because every other change gives the image an OCI manifest.
 *
 * @throws CnbError IMAGE_INVALID for a layer of zstd in Docker's schema 2, which has no type for
 * zstd.
 * @example `await write(mutate.mediaTypes(image, "docker"), parseImageReference("example.com/app:1"))`
 */
export function withMediaTypes(image: Image, types: "docker" | "oci"): Image {
  const { config } = serializeImage(image);
  const docker = types === "docker";
  const mediaType = docker ? mediaTypes.dockerManifest : mediaTypes.ociManifest;
  const zstd = image.layers.find((layer) => docker && dockerLayerType(layer.mediaType) === undefined);
  if (zstd)
    throw new CnbError(
      "IMAGE_INVALID",
      `cannot write the image with Docker's media types: Docker has no media type for the layer ${zstd.digest} (${zstd.mediaType})`,
      {
        hint: "Compress the layer with gzip, or keep the OCI media types.",
      },
    );
  return { ...image, raw: { manifest: manifestBytes(image, config, types), config, mediaType } };
}
