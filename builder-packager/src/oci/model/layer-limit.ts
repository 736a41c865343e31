import type { Image } from "./image.ts";

/** Docker's overlay2 store takes no more ("max depth exceeded"): it keeps two of the 127 mounts for containers. */
const maxLayers = 125;

/**
 * Returns a warning for an image with more layers than Docker supports; undefined for any other
 * image. podman and containerd support more layers than Docker.
 *
 * @example `const warning = layerLimitWarning(image)`
 */
export function layerLimitWarning({ layers }: Image): string | undefined {
  if (layers.length <= maxLayers) return undefined;
  return `the image has ${layers.length} layers, but Docker accepts at most ${maxLayers}: put several buildpacks or files into one layer`;
}
