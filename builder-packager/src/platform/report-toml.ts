import type { Digest } from "../oci/digest.ts";
import { digestOf } from "../oci/digest.ts";
import type { Image } from "../oci/image.ts";
import { formatImageReference, type ImageReference } from "../oci/reference.ts";
import { serializeImage } from "../oci/serialize.ts";
import { writeGoToml } from "./go-toml.ts";

/**
 * What the lifecycle's exporter reports of an image (`report.toml`): its names, and its digest with the size of its manifest,
 * or its ID in a container engine.
 */
export function reportToml(image: Image, places: readonly ImageReference[], manifestDigest: Digest): string {
  const tags = places.map(formatImageReference);
  const { manifest, config } = serializeImage(image);
  if (places[0]?.kind === "docker-daemon") return writeGoToml({ image: { tags, "image-id": digestOf(config) } });
  // What is written in another form than it was made has a manifest of its own.
  const size = digestOf(manifest) === manifestDigest ? { "manifest-size": BigInt(manifest.length) } : {};
  return writeGoToml({ image: { tags, digest: manifestDigest, ...size } });
}
