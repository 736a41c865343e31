import type { ImageFacts, LayerFacts } from "./image-facts.ts";
import { type DiveFigures, diveFigures } from "./tree/dive-figures.ts";
import type { LayerTree } from "./tree/layer-tree.ts";
import type { HiddenPath, MergedTree } from "./tree/merged-tree.ts";

/** What is known of a layer when its files were looked at. */
export interface LayerReport extends LayerFacts {
  /** Bytes of the tar. */
  readonly tarBytes: number;
  /** How many entries there are that are no directories. */
  readonly files: number;
  /** Of its files alone. */
  readonly fileBytes: number;
  /** Of those that no container sees. */
  readonly hiddenBytes: number;
  /** Whether the previous image has it, too; undefined when there is none to compare with. */
  readonly reused?: boolean;
}

/** The layers of an image with what they waste. */
export interface LayersReport {
  readonly layers: readonly LayerReport[];
  /** Of all files in all layers. */
  readonly fileBytes: number;
  /** Of those that a container sees. */
  readonly visibleBytes: number;
  /** What hides most comes first. */
  readonly hidden: readonly HiddenPath[];
  readonly dive: DiveFigures;
}

/**
 * Tells layer by layer what an image consists of, and what of it is waste.
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

/** Which part of the bytes in layers a container sees, from 0 to 1. */
export const visibleRatio = ({ fileBytes, visibleBytes }: Pick<LayersReport, "fileBytes" | "visibleBytes">): number =>
  fileBytes === 0 ? 1 : visibleBytes / fileBytes;
