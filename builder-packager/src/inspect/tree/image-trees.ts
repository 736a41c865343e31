import { concurrently } from "../../concurrently.ts";
import type { Image, Layer } from "../../oci/model/image.ts";
import { type LayerTree, readLayerTree } from "./layer-tree.ts";
import { TreeBudget } from "./tree-budget.ts";

/**
 * The number of layers read at the same time. Decompression takes most of the time, and runs on
 * other cores.
 */
const concurrency = 4;

/**
 * Reads the file trees of images. A layer that several images have is read only once.
 *
 * @throws CnbError TAR_TOO_LARGE, TAR_UNSUPPORTED, TAR_INVALID, BLOB_CORRUPT, REGISTRY_….
 * @example `const [trees] = await imageTrees([image])`
 */
export async function imageTrees(
  images: readonly Image[],
  options: { readonly digests?: boolean; readonly onLayer?: (layer: Layer) => void } = {},
): Promise<readonly (readonly LayerTree[])[]> {
  const budget = new TreeBudget();
  const layers = new Map(images.flatMap((image) => image.layers.map((layer) => [layer.diffId, layer] as const)));
  const trees = new Map(
    await concurrently(
      [...layers],
      async ([diffId, layer]) => {
        options.onLayer?.(layer);
        return [diffId, await readLayerTree(layer, { budget, ...options })] as const;
      },
      { limit: concurrency },
    ),
  );
  return images.map((image) => image.layers.map(({ diffId }) => trees.get(diffId) as LayerTree));
}
