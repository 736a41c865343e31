import { isDeepStrictEqual } from "node:util";
import { CnbError } from "../../errors.ts";
import type { Digest } from "./digest.ts";
import type { Image, Layer } from "./image.ts";
import { formatPlatform, platformMatches, platformMismatch, platformOf } from "./image-platform.ts";
import { completeHistory } from "./mutate.ts";
import type { HistoryEntry } from "./spec.ts";

/**
 * Returns the image with another base below the same layers. The configuration is kept, except the
 * operating system fields, which come from the base. Environment variables and labels of the new
 * base only take effect when the image is rebuilt. No layer is read.
 *
 * @param oldBase the current base, or the diff ID of its topmost layer, as the label
 *   `io.buildpacks.lifecycle.metadata` names it in `runImage.topLayer`.
 * @throws CnbError IMAGE_BASE_MISMATCH when the image is not built on `oldBase`,
 * IMAGE_PLATFORM_MISMATCH.
 * @example
 * ```ts
 * const [oldBase, newBase] = [imageFor(await read(parseImageReference("run:1"))), imageFor(await read(parseImageReference("run:2")))];
 * const rebased = mutate.rebase(image, oldBase, newBase);
 * ```
 */
export function rebaseImage(image: Image, oldBase: Image | Digest, newBase: Image): Image {
  if (!platformMatches(newBase.config, image.config))
    throw platformMismatch("the new base", image.config, [newBase.config]);
  const below = typeof oldBase === "string" ? layersUpTo(image, oldBase) : layersOf(image, oldBase);
  const layers = [...basedOn(image, newBase), ...image.layers.slice(below)];
  const history = [...completeHistory(newBase), ...historyAbove(image, oldBase, below)];
  const { variant: _, "os.version": _version, "os.features": _features, ...config } = image.config;
  const { raw: _raw, ...rest } = image;
  return {
    ...rest,
    layers,
    config: {
      ...config,
      ...platformOf(newBase.config),
      rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
      history,
    },
  };
}

/** The layers of the new base. If the image has a layer already, so has its repository, and no request has to ask for it. */
const basedOn = (image: Image, { layers }: Image): readonly Layer[] =>
  layers.map(
    (layer) => image.layers.find(({ digest, diffId }) => digest === layer.digest && diffId === layer.diffId) ?? layer,
  );

/** The number of layers that belong to the old base. */
function layersOf(image: Image, base: Image): number {
  const at = base.layers.findIndex(({ diffId }, index) => image.layers[index]?.diffId !== diffId);
  if (at < 0) return base.layers.length;
  throw mismatch(
    `layer ${at} of the image (${formatPlatform(image.config)}) is not the corresponding layer of the old base`,
    "Pass the base image that the app was built on, or rebuild the app.",
  );
}

/** An image may have the same layer twice. Then it is unknown which of the two ends the base. */
function layersUpTo({ layers }: Image, top: Digest): number {
  const found = [...layers.keys()].filter((index) => layers[index]?.diffId === top);
  const [at, second] = found;
  if (at === undefined)
    throw mismatch(`the image has no layer ${top}, which it records as the last one of its base`, rebuild);
  if (second !== undefined)
    throw mismatch(
      `the image has the layer ${top}, which it records as the last one of its base, ${found.length} times`,
      rebuild,
    );
  return at + 1;
}

const rebuild = "Rebuild the app instead.";

const mismatch = (why: string, hint: string): CnbError =>
  new CnbError("IMAGE_BASE_MISMATCH", `the image cannot be rebased: ${why}`, {
    hint,
  });

/** The lines of the layers on top. Lines without a layer that end the base's history are the base's, when it is known. */
function historyAbove(image: Image, base: Image | Digest, below: number): readonly HistoryEntry[] {
  const history = completeHistory(image);
  const known = typeof base === "string" ? undefined : completeHistory(base);
  if (known && isDeepStrictEqual(history.slice(0, known.length), known)) return history.slice(known.length);
  let layers = 0;
  const first = history.findIndex(({ empty_layer }) => empty_layer !== true && ++layers > below);
  return first < 0 ? [] : history.slice(first);
}
