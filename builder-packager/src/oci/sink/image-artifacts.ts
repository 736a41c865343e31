import type { ImageIndex, SerializedIndex } from "../model/image-index.ts";
import type { ImageReference } from "../model/reference.ts";
import type { StoredArtifact } from "../registry/attach.ts";

/** Images that are complete, and do not have a name yet. */
export interface UnnamedImages {
  readonly index: ImageIndex;
  /** The documents as they will be stored. */
  readonly serialized: SerializedIndex;
}

/**
 * Creates the artifacts that refer to images, such as signatures, before the images are named. A
 * registry receives the artifacts before the name. In a layout or an archive, artifacts and name
 * appear together.
 *
 * @param reference the name under which the images are written
 */
export type ImageArtifacts = (images: UnnamedImages, reference: ImageReference) => Promise<readonly StoredArtifact[]>;
