import type { Digest } from "../oci/digest.ts";
import type { Image } from "../oci/image.ts";
import { labelsOf } from "../oci/mutate.ts";
import { formatPlatform } from "../oci/platform.ts";
import { serializeImage } from "../oci/serialize.ts";
import { buildpackLabels, type LifecycleMetadata } from "./labels.ts";
import { layerMakers } from "./layer-makers.ts";
import { type ProcessFacts, processFacts } from "./process-facts.ts";
import { sbomFacts } from "./sbom-facts.ts";

/** What `cnb inspect` shows of an image. */
export interface ImageFacts {
  readonly digest: Digest;
  /** For example `linux/amd64`. */
  readonly platform: string;
  /** Sum of all layer blobs in bytes, as stored (compressed). */
  readonly sizeBytes: number;
  /** Id of the stack, `""` for images without one. */
  readonly stack: string;
  /** The run image below the app: its name with a digest, and its last layer; `""` where the image does not say. */
  readonly base: { readonly reference: string; readonly topLayer: string };
  /** Where the run image is to be had: its name, then its mirrors. */
  readonly runImages: readonly string[];
  /** Whether another run image may be put below it. */
  readonly rebasable: boolean;
  readonly layers: readonly LayerFacts[];
  /** The default process first. */
  readonly processes: readonly ProcessFacts[];
  readonly buildpacks: readonly ModuleReference[];
  readonly extensions: readonly ModuleReference[];
  readonly sbom: { readonly documents: number; readonly components: number };
}

/** A buildpack or extension that took part in a build. */
export interface ModuleReference {
  readonly id: string;
  readonly version: string;
  readonly homepage?: string;
}

export interface LayerFacts {
  readonly diffId: Digest;
  /** Bytes of the blob as stored (compressed). */
  readonly sizeBytes: number;
  readonly maker: string;
}

/**
 * Gathers the facts of one image; of the layers only the SBOM's is read.
 *
 * @param where how the image is called in errors.
 * @throws CnbError LABEL_INVALID; errors of reading the layer.
 * @example `const { processes } = await imageFacts(image)`
 */
export async function imageFacts(image: Image, where = "the image"): Promise<ImageFacts> {
  const labels = buildpackLabels(image, where);
  return {
    digest: serializeImage(image).manifestDigest,
    platform: formatPlatform(image.config),
    sizeBytes: image.layers.reduce((sum, layer) => sum + layer.size, 0),
    stack: labelsOf(image)["io.buildpacks.stack.id"] ?? "",
    ...baseFacts(labels),
    rebasable: labelsOf(image)["io.buildpacks.rebasable"] !== "false",
    layers: layerFacts(image, labels?.lifecycle),
    processes: labels ? processFacts(labels.build, image) : [],
    buildpacks: (labels?.build.buildpacks ?? []).map(moduleReference),
    extensions: (labels?.build.extensions ?? []).map(moduleReference),
    // an app carries the label of its run image, whose layer is among its own: the app's is what is asked for
    sbom: await sbomFacts(image, labels ? labels.lifecycle.sbom?.sha : labelsOf(image)["io.buildpacks.base.sbom"]),
  };
}

function baseFacts(labels: ReturnType<typeof buildpackLabels>): Pick<ImageFacts, "base" | "runImages"> {
  const { runImage, stack } = labels?.lifecycle ?? {};
  const named = runImage?.image ? runImage : stack?.runImage;
  const images = named ? [named.image ?? "", ...(named.mirrors ?? [])] : [];
  return {
    base: { reference: runImage?.reference ?? "", topLayer: runImage?.topLayer ?? "" },
    runImages: images.filter((name) => name !== ""),
  };
}

const moduleReference = (module: { id: string; version: string; homepage?: string | undefined }): ModuleReference => ({
  id: module.id,
  version: module.version,
  ...(module.homepage && { homepage: module.homepage }),
});

function layerFacts(image: Image, metadata: LifecycleMetadata | undefined): LayerFacts[] {
  const makers = metadata ? layerMakers(metadata) : new Map<Digest, string>();
  const top = image.layers.findIndex((layer) => layer.diffId === metadata?.runImage?.topLayer);
  const history = (image.config.history ?? []).filter((entry) => !entry.empty_layer);
  return image.layers.map((layer, index) => ({
    diffId: layer.diffId,
    sizeBytes: layer.size,
    maker: index <= top ? "run image" : (makers.get(layer.diffId) ?? history[index]?.created_by ?? "unknown"),
  }));
}
