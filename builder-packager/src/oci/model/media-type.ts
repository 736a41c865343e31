/** Media types of the OCI image specification 1.1 and of Docker's schema 2. */
export const mediaTypes = {
  ociManifest: "application/vnd.oci.image.manifest.v1+json",
  ociIndex: "application/vnd.oci.image.index.v1+json",
  ociConfig: "application/vnd.oci.image.config.v1+json",
  ociLayer: "application/vnd.oci.image.layer.v1.tar",
  ociLayerGzip: "application/vnd.oci.image.layer.v1.tar+gzip",
  ociLayerZstd: "application/vnd.oci.image.layer.v1.tar+zstd",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerIndex: "application/vnd.docker.distribution.manifest.list.v2+json",
  dockerConfig: "application/vnd.docker.container.image.v1+json",
  dockerLayer: "application/vnd.docker.image.rootfs.diff.tar",
  dockerLayerGzip: "application/vnd.docker.image.rootfs.diff.tar.gzip",
} as const;

/**
 * The `Accept` header of requests for manifests. It lists all kinds of manifests. For a client that
 * does not accept the kind of a manifest, a registry may convert the manifest or report it as
 * missing.
 */
export const acceptManifests = [
  mediaTypes.ociIndex,
  mediaTypes.ociManifest,
  mediaTypes.dockerIndex,
  mediaTypes.dockerManifest,
].join(", ");

export const isIndex = (mediaType: string | undefined): boolean =>
  mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerIndex;

export const isManifest = (mediaType: string | undefined): boolean =>
  mediaType === mediaTypes.ociManifest || mediaType === mediaTypes.dockerManifest;

export const isConfig = (mediaType: string | undefined): boolean =>
  mediaType === mediaTypes.ociConfig || mediaType === mediaTypes.dockerConfig;

/**
 * Returns a layer's media type for an OCI manifest. Docker's layers are the same blobs with another
 * type.
 */
export function ociLayerType(mediaType: string): string {
  if (mediaType === mediaTypes.dockerLayerGzip) return mediaTypes.ociLayerGzip;
  if (mediaType === mediaTypes.dockerLayer) return mediaTypes.ociLayer;
  return mediaType;
}

/**
 * Returns a layer's media type for a manifest of Docker's schema 2; undefined for zstd, for which
 * that schema has no type.
 */
export function dockerLayerType(mediaType: string): string | undefined {
  if (mediaType === mediaTypes.ociLayerGzip || mediaType === mediaTypes.dockerLayerGzip)
    return mediaTypes.dockerLayerGzip;
  if (mediaType === mediaTypes.ociLayer || mediaType === mediaTypes.dockerLayer) return mediaTypes.dockerLayer;
  return undefined;
}
