/** `@libcnb/packager/oci`: OCI images as immutable values, with sources to read them from and sinks to write them to. */
export { directoryEntries } from "../tar/directory.ts";
export type { TarContent, TarEntry } from "../tar/entry.ts";
export type { DaemonOptions } from "./daemon/options.ts";
export {
  type ReadImageOptions,
  readImage,
  readImages,
  type WriteImageOptions,
  type WrittenImages,
  writeImage,
  writeImages,
} from "./image-io.ts";
export { type BlobStore, type LayerCompression, openBlobStore, type StoredBlob } from "./layers/blob-store.ts";
export { type ExtractOptions, extractImage } from "./layers/extract.ts";
export { diffIdOf } from "./layers/hashed-tar.ts";
export { type CreateLayerOptions, createLayer, layerFromTar } from "./layers/layer.ts";
export { type Digest, digestOf, hexOf, parseDigest } from "./model/digest.ts";
export type { Image, Layer } from "./model/image.ts";
export type { ImageIndex } from "./model/image-index.ts";
export { layerLimitWarning } from "./model/layer-limit.ts";
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
} from "./model/mutate.ts";
export { rebaseImage } from "./model/rebase.ts";
export { formatImageReference, type ImageReference, parseImageReference } from "./model/reference.ts";
export { type SerializedImage, serializeImage } from "./model/serialize.ts";
export type * from "./model/spec.ts";
export { validateImage } from "./model/validate.ts";
export { validateImages } from "./model/validate-images.ts";
export { withMediaTypes } from "./model/with-media-types.ts";
export { type Artifact, type ArtifactFile, attach } from "./registry/attach.ts";
export { listRepositories } from "./registry/catalog.ts";
export { copyImage } from "./registry/copy.ts";
export { deleteBlob, deleteImage } from "./registry/delete.ts";
export { type ReferrersOptions, referrers } from "./registry/referrers.ts";
export { resolveDigest } from "./registry/resolve.ts";
export { listTags } from "./registry/tags.ts";
export type { Clock, RegistryOptions } from "./registry-options.ts";
export { layoutName } from "./source/layout.ts";
