import type { Digest } from "../oci/model/digest.ts";
import { digestOf } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import { serializeImage } from "../oci/model/serialize.ts";
import { goTomlString } from "./formats/go-toml.ts";

/**
 * Formats the lifecycle's `report.toml` for an image. It contains the image's names. For an image
 * in a container engine, it also contains the image ID; for any other image, it contains the
 * digest, and the size of the manifest if that is known.
 */
export function reportToml(image: Image, locations: readonly ImageReference[], manifestDigest: Digest): string {
  const { manifest, config } = serializeImage(image);
  const tags = locations.map((location) => goTomlString(formatImageReference(location)));
  const inEngine = locations[0]?.kind === "docker-daemon";
  // An image that is converted when it is written has a manifest of its own.
  const hasSize = !inEngine && digestOf(manifest) === manifestDigest;
  // In the order of the lifecycle's struct, not sorted.
  const lines = [
    `tags = [${tags.join(", ")}]`,
    inEngine ? `image-id = "${digestOf(config)}"` : `digest = "${manifestDigest}"`,
    ...(hasSize ? [`manifest-size = ${manifest.length}`] : []),
  ];
  return `[image]\n${lines.map((line) => `  ${line}\n`).join("")}`;
}
