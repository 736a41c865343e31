import type { ImageFacts, LayerFacts } from "../image-facts.ts";
import { type DiveFigures, diveFigures } from "../tree/dive-figures.ts";
import type { LayerTree } from "../tree/layer-tree.ts";
import type { HiddenPath, MergedTree } from "../tree/merged-tree.ts";

/** A layer with facts about its files. */
export interface LayerReport extends LayerFacts {
  /** The size of the uncompressed tar in bytes. */
  readonly tarBytes: number;
  /** The number of entries that are not directories. */
  readonly files: number;
  /** The total size of the layer's files in bytes. */
  readonly fileBytes: number;
  /** The total size in bytes of the layer's files that upper layers hide. */
  readonly hiddenBytes: number;
  /** True if the previous image also has the layer; undefined without a previous image. */
  readonly reused?: boolean;
}

/** The layers of an image, with the space that hidden files waste. */
export interface LayersReport {
  readonly layers: readonly LayerReport[];
  /** The total size of all files in all layers in bytes. */
  readonly fileBytes: number;
  /** The total size in bytes of the files visible in a container. */
  readonly visibleBytes: number;
  /** The hidden paths, largest first. */
  readonly hidden: readonly HiddenPath[];
  readonly dive: DiveFigures;
}

/**
 * Creates a report about the contents and the wasted space of an image's layers.
 *
 * @param previous the diff IDs of the previous image's layers
 */
export function layersReport(
  { layers }: Pick<ImageFacts, "layers">,
  trees: readonly LayerTree[],
  { fileBytes, visibleBytes, hiddenBytes, hidden }: MergedTree,
  previous?: ReadonlySet<string>,
): LayersReport {
  const reports = layers.map((layer, at): LayerReport => {
    const { tarBytes = 0, files = 0, fileBytes: bytes = 0 } = trees[at] ?? {};
    const reused = previous && { reused: previous.has(layer.diffId) };
    return { ...layer, tarBytes, files, fileBytes: bytes, hiddenBytes: hiddenBytes[at] ?? 0, ...reused };
  });
  return { layers: reports, fileBytes, visibleBytes, hidden, dive: diveFigures(trees) };
}

/**
 * Returns the share of the layers' bytes that is visible in a container, from 0 to 1. The remaining
 * bytes are hidden by higher layers.
 */
export const visibleRatio = ({ fileBytes, visibleBytes }: Pick<LayersReport, "fileBytes" | "visibleBytes">): number =>
  fileBytes === 0 ? 1 : visibleBytes / fileBytes;
