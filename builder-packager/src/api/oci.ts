/** `@libcnb/packager/oci`: OCI images as immutable values, with verbs that read them from anywhere and write them to anywhere. */

export { copyImage as copy } from "../copy/copy.ts";
export type { DaemonOptions } from "../oci/daemon/options.ts";
export type {
  ReadImageOptions as ReadOptions,
  WriteImageOptions as WriteOptions,
  WrittenImages,
} from "../oci/image-io.ts";
export type { FileLayer } from "../oci/layers/blob-layer.ts";
export type { BlobStoreOptions } from "../oci/layers/blob-store.ts";
export { type BlobStore, type LayerCompression, openBlobStore, type StoredBlob } from "../oci/layers/blob-store.ts";
export { type ExtractOptions, extractImage as extract } from "../oci/layers/extract.ts";
export { diffIdOf } from "../oci/layers/hashed-tar.ts";
export { type CreateLayerOptions, createLayer, layerFromTar } from "../oci/layers/layer.ts";
export { type Digest, digestOf, hexOf, parseDigest } from "../oci/model/digest.ts";
export type { Image, Layer } from "../oci/model/image.ts";
export type { ImageIndex, SerializedIndex } from "../oci/model/image-index.ts";
export { layerLimitWarning } from "../oci/model/layer-limit.ts";
export { emptyImage, envOf, labelsOf } from "../oci/model/mutate.ts";
export type { RegistryReference } from "../oci/model/reference.ts";
export { formatImageReference, type ImageReference, parseImageReference } from "../oci/model/reference.ts";
export { type SerializedImage, serializeImage as serialize } from "../oci/model/serialize.ts";
export type * from "../oci/model/spec.ts";
export { type Annotate, annotateImage as annotate } from "../oci/registry/annotate.ts";
export { type Artifact, type ArtifactFile, attach, type StoredArtifact } from "../oci/registry/attach.ts";
export { listRepositories as repositories } from "../oci/registry/catalog.ts";
export { deleteBlob as removeBlob, deleteImage as remove } from "../oci/registry/delete.ts";
export type { StoredManifest } from "../oci/registry/manifest-read.ts";
export { type ReferrersOptions, referrers } from "../oci/registry/referrers.ts";
export { resolveDigest as resolve } from "../oci/registry/resolve.ts";
export { listTags as tags } from "../oci/registry/tags.ts";
export type { Clock, ImageAdmission, RegistryLogin, RegistryOptions, UsedModule } from "../oci/registry-options.ts";
export type { ImageArtifacts, UnnamedImages } from "../oci/sink/image-artifacts.ts";
export { layoutName } from "../oci/source/layout.ts";
export type { DirectoryLocation } from "../tar/directory.ts";
export { directoryEntries } from "../tar/directory.ts";
export type { EntryAttributes, TarContent, TarEntry } from "../tar/entry.ts";
export type { MemberType } from "../tar/member.ts";
export type { ImageSource } from "./image-source.ts";
export * as mutate from "./mutate.ts";
export { imageFor, read, validate, write } from "./verbs.ts";
