import type { Compression } from "../../tar/compression.ts";
import { mediaTypes } from "../model/media-type.ts";
import type { Manifest } from "../model/spec.ts";
import { mismatch } from "./measure.ts";

type Family = "OCI" | "Docker";

const oci = "application/vnd.oci.image.layer.nondistributable.v1.tar";
const docker = "application/vnd.docker.image.rootfs.foreign.diff.tar";

/** The layers, with the facts in their media types. */
const layerTypes: Readonly<Record<string, readonly [Family, Compression]>> = {
  [mediaTypes.ociLayer]: ["OCI", "none"],
  [mediaTypes.ociLayerGzip]: ["OCI", "gzip"],
  [mediaTypes.ociLayerZstd]: ["OCI", "zstd"],
  [oci]: ["OCI", "none"],
  [`${oci}+gzip`]: ["OCI", "gzip"],
  [`${oci}+zstd`]: ["OCI", "zstd"],
  [mediaTypes.dockerLayer]: ["Docker", "none"],
  [mediaTypes.dockerLayerGzip]: ["Docker", "gzip"],
  [docker]: ["Docker", "none"],
  [`${docker}.gzip`]: ["Docker", "gzip"],
};

/** Describes media types in a manifest that do not match the manifest's own type `mediaType`. */
export function typeIssues(manifest: Manifest, mediaType: string): string[] {
  const family: Family = mediaType === mediaTypes.dockerManifest ? "Docker" : "OCI";
  const config = family === "Docker" ? mediaTypes.dockerConfig : mediaTypes.ociConfig;
  return [
    ...(manifest.mediaType === undefined && family === "OCI"
      ? [] // OCI leaves it to the descriptor
      : mismatch("manifest: media type", manifest.mediaType, mediaType)),
    ...mismatch("configuration: media type", manifest.config.mediaType, config),
    ...manifest.layers.flatMap((layer, at) => layerTypeIssues(layer.mediaType, family, at)),
  ];
}

function layerTypeIssues(mediaType: string, family: Family, at: number): string[] {
  const known = layerTypes[mediaType];
  if (!known) return [`manifest: layer ${at}: ${JSON.stringify(mediaType)} is not a type of a layer`];
  return known[0] === family
    ? []
    : [`manifest: layer ${at}: ${mediaType} is not ${family}'s, but the manifest's type is`];
}

/**
 * Describes a compression that does not match the media type. Readers that trust the media type
 * would fail.
 */
export function compressionIssues(mediaType: string, found: Compression): string[] {
  const stated = layerTypes[mediaType]?.[1];
  return stated === undefined ? [] : mismatch("compression", stated, found);
}
