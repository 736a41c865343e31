import type { Digest } from "../oci/digest.ts";
import type { Image } from "../oci/image.ts";
import { labelsOf } from "../oci/mutate.ts";
import { formatPlatform } from "../oci/platform.ts";
import { serializeImage } from "../oci/serialize.ts";
import { buildpackLabels } from "./labels.ts";
import { type LayerPart, layerParts } from "./layer-parts.ts";
import { type ProcessFacts, processFacts } from "./process-facts.ts";
import { type SbomFacts, sbomFacts } from "./sbom-facts.ts";

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
  /** True if it says where its run image ends, and does not object to another one below it. */
  readonly rebasable: boolean;
  readonly layers: readonly LayerFacts[];
  /** The default process first. */
  readonly processes: readonly ProcessFacts[];
  readonly buildpacks: readonly ModuleReference[];
  readonly extensions: readonly ModuleReference[];
  readonly sbom: SbomFacts;
}

/** A buildpack or extension that took part in a build. */
export interface ModuleReference {
  readonly id: string;
  readonly version: string;
  readonly homepage?: string;
}

/** A layer of an image, by its manifest, its configuration and its labels. */
export interface LayerFacts extends LayerPart {
  readonly diffId: Digest;
  /** Of the blob as stored (compressed). */
  readonly digest: Digest;
  /** Bytes of the blob as stored (compressed). */
  readonly sizeBytes: number;
  readonly mediaType: string;
}

/** Which bills of materials {@link imageFacts} reads: none, the app's or else the base's, or those of both. */
export type SbomChoice = "none" | "own" | "all";

/**
 * Gathers the facts of one image; of the layers only the SBOM's is read, if any.
 *
 * @param where how the image is called in errors.
 * @throws CnbError LABEL_INVALID; errors of reading the layer.
 * @example `const { processes } = await imageFacts(image)`
 */
export async function imageFacts(
  image: Image,
  where = "the image",
  { sbom = "own" }: { readonly sbom?: SbomChoice } = {},
): Promise<ImageFacts> {
  const labels = buildpackLabels(image, where);
  const base = baseFacts(labels);
  return {
    digest: serializeImage(image).manifestDigest,
    platform: formatPlatform(image.config),
    sizeBytes: image.layers.reduce((sum, layer) => sum + layer.size, 0),
    stack: labelsOf(image)["io.buildpacks.stack.id"] ?? "",
    ...base,
    // A run image has this label for the apps upon it: without a base there is nothing to replace.
    rebasable: base.base.topLayer !== "" && labelsOf(image)["io.buildpacks.rebasable"] !== "false",
    layers: layerFacts(image, labels),
    processes: labels ? processFacts(labels.build, image) : [],
    buildpacks: (labels?.build.buildpacks ?? []).map(moduleReference),
    extensions: (labels?.build.extensions ?? []).map(moduleReference),
    sbom: await sbomFacts(image, sbomLayers(image, labels, sbom === "all"), sbom !== "none"),
  };
}

/** An app carries the label of its run image, whose layer is among its own. */
function sbomLayers(image: Image, labels: ReturnType<typeof buildpackLabels>, all: boolean) {
  const base = labelsOf(image)["io.buildpacks.base.sbom"];
  if (!labels) return [base];
  return [labels.lifecycle.sbom?.sha, ...(all ? [base] : [])];
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

function layerFacts(image: Image, labels: ReturnType<typeof buildpackLabels>): LayerFacts[] {
  const parts = layerParts(image, labels?.lifecycle);
  return image.layers.map(({ diffId, digest, size, mediaType }, at) => ({
    diffId,
    digest,
    sizeBytes: size,
    mediaType,
    ...(parts[at] as LayerPart),
  }));
}
