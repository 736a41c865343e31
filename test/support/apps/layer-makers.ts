import type { Image } from "@libcnb/packager/oci";

/** The history of each layer, next to the layer's diffID. */
export const makersOf = ({ config, layers }: Image): readonly string[] => {
  const history = (config.history ?? []).filter((entry) => !entry.empty_layer);
  return layers.map(({ diffId }, index) => `${diffId} ${history[index]?.created_by ?? ""}`);
};

/** False for the layers that contain the app's own files. */
export const isNoApp = (layer: string): boolean => !/Application (Slice|Layer)/.test(layer);
