import { mediaTypes } from "../oci/model/media-type.ts";
import type { Descriptor } from "../oci/model/spec.ts";
import type { StoredManifest } from "../oci/registry/manifest-read.ts";
import { referrerDescriptor } from "../oci/registry/referrers-tag.ts";
import { refName } from "../oci/source/layout.ts";
import type { ImageGraph } from "./graph.ts";
import { repositoryOfName } from "./repository-of-name.ts";

/** An image to write into a layout or an archive. */
export interface StoredImage {
  /** The image's name in the layout's index; undefined if it has none. */
  readonly name: string | undefined;
  readonly graph: ImageGraph;
}

/**
 * Returns the entries for an image in the index of a layout: the image with its name, then its
 * artifacts without a name, as oras writes them. The name of cosign's artifacts consists of the
 * image's repository and the artifact's tag.
 */
export function layoutEntries({ name, graph }: StoredImage): readonly Descriptor[] {
  const { top, referrers, tagged } = graph;
  return [
    named(descriptorOf(top), name),
    ...referrers.map(referrerDescriptor),
    ...tagged.map(({ tag, manifest }) => named(descriptorOf(manifest), artifactName(name, tag))),
  ];
}

/**
 * Formats the index of a layout. If several entries have the same name or digest, only the last one
 * is written.
 */
export function layoutIndex(entries: readonly Descriptor[]): Uint8Array {
  const once = new Map(entries.map((entry) => [entry.annotations?.[refName] ?? entry.digest, entry]));
  return Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [...once.values()] }),
  );
}

const descriptorOf = ({ mediaType, digest, bytes }: StoredManifest): Descriptor => ({
  mediaType,
  digest,
  size: bytes.length,
});

const named = (descriptor: Descriptor, name: string | undefined): Descriptor =>
  name === undefined ? descriptor : { ...descriptor, annotations: { [refName]: name } };

/** The name of cosign's artifact: its tag, in the image's repository if the image has a complete name. */
function artifactName(image: string | undefined, tag: string): string {
  const repository = image === undefined ? undefined : repositoryOfName(image);
  return repository === undefined ? tag : `${repository}:${tag}`;
}
