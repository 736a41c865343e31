import { isRemoteLayer } from "../layers/blob-layer.ts";
import type { Layer } from "../model/image.ts";
import type { RegistryReference } from "../model/reference.ts";
import type { Upload } from "../registry/transfer/blob.ts";

/**
 * Describes the upload of a layer to a repository. The description states whether the repository
 * already has the layer, and from which other repository the layer can be mounted.
 */
export function layerUpload(layer: Layer, { registry, repository }: RegistryReference): Upload {
  const { digest, size } = layer;
  const origin = isRemoteLayer(layer) && layer.origin.registry === registry ? layer.origin.repository : undefined;
  return {
    digest,
    size,
    isListed: origin === repository || undefined,
    mountFrom: origin === repository ? undefined : origin,
    open: () => layer.compressed(),
  };
}
