/** `@libcnb/packager/oci`: OCI images as immutable values, with sources to read them from and sinks to write them to. */
export { directoryEntries } from "../tar/directory.ts";
export type { TarContent, TarEntry } from "../tar/entry.ts";
export { type BlobStore, type LayerCompression, openBlobStore, type StoredBlob } from "./blob-store.ts";
export type { DaemonOptions } from "./daemon/options.ts";
export { type Digest, digestOf, hexOf, parseDigest } from "./digest.ts";
export { type ExtractOptions, extractImage } from "./extract.ts";
export { diffIdOf } from "./hashed-tar.ts";
export type { Image, Layer } from "./image.ts";
export type { ImageIndex } from "./image-index.ts";
export {
  type ReadImageOptions,
  readImage,
  readImages,
  type WriteImageOptions,
  type WrittenImages,
  writeImage,
  writeImages,
} from "./image-io.ts";
export { type CreateLayerOptions, createLayer, layerFromTar } from "./layer.ts";
export { layerLimitWarning } from "./layer-limit.ts";
export {
  type AppendedLayer,
  appendLayers,
  emptyImage,
  envOf,
  labelsOf,
  withAnnotations,
  withConfig,
  withCreated,
  withEnv,
  withLabels,
} from "./mutate.ts";
export { rebaseImage } from "./rebase.ts";
export { formatImageReference, type ImageReference, parseImageReference } from "./reference.ts";
export { type Artifact, type ArtifactFile, attach } from "./registry/attach.ts";
export { listRepositories } from "./registry/catalog.ts";
export { copyImage } from "./registry/copy.ts";
export { deleteBlob, deleteImage } from "./registry/delete.ts";
export { type ReferrersOptions, referrers } from "./registry/referrers.ts";
export { resolveDigest } from "./registry/resolve.ts";
export { listTags } from "./registry/tags.ts";
export type { Clock, RegistryOptions } from "./registry-options.ts";
export { type SerializedImage, serializeImage } from "./serialize.ts";
export { layoutName } from "./source/layout.ts";
export type * from "./spec.ts";
export { validateImage } from "./validate.ts";
export { validateImages } from "./validate-images.ts";
export { withMediaTypes } from "./with-media-types.ts";
