import { defined } from "../../defined.ts";
import type { LayerFacts } from "../image-facts.ts";

/** A layer of the second image of a comparison, with the corresponding layer of the first image. */
export interface LayerChange {
  /** The kind of change. `recompressed` means that the layer has the same files in another blob. */
  readonly state: "same" | "recompressed" | "changed" | "added" | "removed";
  /**
   * A description of the layer's content without versions, for example `libcnb/node-engine layer
   * node`.
   */
  readonly part: string;
  readonly from?: LayerFacts;
  readonly to?: LayerFacts;
  /** The bytes of this layer to upload to a registry that has the first image. */
  readonly bytesToMove: number;
}

/**
 * Matches the layers of two images. First, layers with the same files are matched, then layers with
 * the same `part`, for example the same layer of a buildpack. The result contains the layers of the
 * second image in order, then the removed layers.
 */
export function layerChanges(from: readonly LayerFacts[], to: readonly LayerFacts[]): readonly LayerChange[] {
  const blobs = new Set(from.map(({ digest }) => digest));
  const left = [...from];
  const same = to.map((layer) => take(left, ({ diffId }) => diffId === layer.diffId));
  const seen = new Set<string>();
  const kept = to.map((layer, at): LayerChange => {
    const before = same[at] ?? take(left, (each) => partOf(each) === partOf(layer));
    const moves = !blobs.has(layer.digest) && !seen.has(layer.digest);
    seen.add(layer.digest);
    return {
      state: stateOf(before, layer),
      part: partOf(layer),
      to: layer,
      bytesToMove: moves ? layer.sizeBytes : 0,
      ...defined({ from: before }),
    };
  });
  return [
    ...kept,
    ...left.map((layer): LayerChange => ({ state: "removed", part: partOf(layer), from: layer, bytesToMove: 0 })),
  ];
}

function stateOf(before: LayerFacts | undefined, after: LayerFacts): LayerChange["state"] {
  if (!before) return "added";
  if (before.diffId !== after.diffId) return "changed";
  return before.digest === after.digest ? "same" : "recompressed";
}

function take(layers: LayerFacts[], wanted: (layer: LayerFacts) => boolean): LayerFacts | undefined {
  const at = layers.findIndex(wanted);
  return at < 0 ? undefined : layers.splice(at, 1)[0];
}

const partOf = ({ maker, buildpack }: LayerFacts): string =>
  buildpack ? `${buildpack.id} layer ${buildpack.layer}` : maker;
