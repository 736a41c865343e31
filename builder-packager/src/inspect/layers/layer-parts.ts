import type { Digest } from "../../oci/model/digest.ts";
import type { Image } from "../../oci/model/image.ts";
import type { LifecycleMetadata } from "../labels.ts";

/** The part of an app image that a layer contains, such as the app or a buildpack's layer. */
export interface LayerPart {
  readonly kind: "run-image" | "buildpack" | "app" | "launcher" | "config" | "process-types" | "sbom" | "other";
  /** The name of the part for display, for example `libcnb/node-engine@0.1.0 layer node`. */
  readonly maker: string;
  /** The buildpack that created the layer, if any. */
  readonly buildpack?: BuildpackLayer;
}

/** A layer that a buildpack created, with its metadata. */
export interface BuildpackLayer {
  readonly id: string;
  readonly version: string;
  readonly layer: string;
  readonly build: boolean;
  readonly launch: boolean;
  readonly cache: boolean;
}

/**
 * Returns the part of an app image that each layer contains, from the label
 * `io.buildpacks.lifecycle.metadata`. The label does not list the layers of the run image. These
 * are the layers up to `runImage.topLayer`.
 */
export function layerParts(image: Image, metadata: LifecycleMetadata | undefined): readonly LayerPart[] {
  const known = metadata ? partsByDiffId(metadata) : new Map<Digest, LayerPart[]>();
  const top = image.layers.findIndex(({ diffId }) => diffId === metadata?.runImage?.topLayer);
  const history = (image.config.history ?? []).filter((entry) => !entry.empty_layer);
  return image.layers.map(({ diffId }, at): LayerPart => {
    if (at <= top) return { kind: "run-image", maker: "run image" };
    const parts = known.get(diffId);
    // two parts of the same content are two layers of one diffID, in this order
    const part = parts && parts.length > 1 ? parts.shift() : parts?.[0];
    return part ?? { kind: "other", maker: history[at]?.created_by ?? "unknown" };
  });
}

/**
 * The parts by diff ID. Parts with equal content are in the order in which the lifecycle adds them.
 */
function partsByDiffId(metadata: LifecycleMetadata): Map<Digest, LayerPart[]> {
  const parts = new Map<Digest, LayerPart[]>();
  const add = (sha: Digest | undefined, part: LayerPart) => sha && parts.set(sha, [...(parts.get(sha) ?? []), part]);
  for (const { key: id, version, layers } of metadata.buildpacks ?? []) {
    for (const [layer, { sha, ...flags }] of Object.entries(layers ?? {}))
      add(sha, {
        kind: "buildpack",
        maker: `${id}@${version} layer ${layer}`,
        buildpack: { id, version, layer, ...flags },
      });
  }
  const slices = metadata.app ?? [];
  slices.forEach(({ sha }, at) => {
    add(sha, { kind: "app", maker: slices.length > 1 ? `application, slice ${at + 1}` : "application" });
  });
  add(metadata.sbom?.sha, { kind: "sbom", maker: "software bill of materials" });
  add(metadata.launcher?.sha, { kind: "launcher", maker: "launcher" });
  add(metadata.config?.sha, { kind: "config", maker: "launcher configuration" });
  add(metadata["process-types"]?.sha, { kind: "process-types", maker: "process types" });
  return parts;
}
