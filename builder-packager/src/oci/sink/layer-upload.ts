import { isRemoteLayer } from "../blob-layer.ts";
import type { Layer } from "../image.ts";
import type { RegistryReference } from "../reference.ts";
import type { Upload } from "../registry/upload.ts";

/** How a layer gets into a repository: it is there, can be mounted from another of the same registry, or is sent. */
export function layerUpload(layer: Layer, { registry, repository }: RegistryReference): Upload {
  const { digest, size } = layer;
  const origin = isRemoteLayer(layer) && layer.origin.registry === registry ? layer.origin.repository : undefined;
  return {
    digest,
    size,
    ...(origin !== undefined && (origin === repository ? { isListed: true } : { mountFrom: origin })),
    open: () => layer.compressed(),
  };
}
