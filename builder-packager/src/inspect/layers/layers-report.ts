import type { ImageFacts, LayerFacts } from "../image-facts.ts";
import { type DiveFigures, diveFigures } from "../tree/dive-figures.ts";
import type { LayerTree } from "../tree/layer-tree.ts";
import type { HiddenPath, MergedTree } from "../tree/merged-tree.ts";

/** The facts about a layer's files. */
export interface LayerReport extends LayerFacts {
  /** The size of the tar in bytes. */
  readonly tarBytes: number;
  /** The number of entries that are not directories. */
  readonly files: number;
  /** The size of its files in bytes. */
  readonly fileBytes: number;
  /** The size of files hidden by upper layers. */
  readonly hiddenBytes: number;
  /** True if the previous image has it, too; undefined without a previous image. */
  readonly reused?: boolean;
}

/** The layers of an image with their waste. */
export interface LayersReport {
  readonly layers: readonly LayerReport[];
  /** The size of all files in all layers. */
  readonly fileBytes: number;
  /** The size of the files visible in a container. */
  readonly visibleBytes: number;
  /** The hidden paths, largest first. */
  readonly hidden: readonly HiddenPath[];
  readonly dive: DiveFigures;
}

/**
 * Reports the contents and waste of an image's layers.
 *
 * @param previous the diffIDs of the image that this one was built after.
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

/** The share of the layers' bytes that are visible in a container, from 0 to 1. */
export const visibleRatio = ({ fileBytes, visibleBytes }: Pick<LayersReport, "fileBytes" | "visibleBytes">): number =>
  fileBytes === 0 ? 1 : visibleBytes / fileBytes;
