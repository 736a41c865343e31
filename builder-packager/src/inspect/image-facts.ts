import { defined } from "../defined.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import { formatPlatform } from "../oci/model/image-platform.ts";
import { labelsOf } from "../oci/model/mutate.ts";
import { serializeImage } from "../oci/model/serialize.ts";
import { type BuildpackLabels, buildpackLabels } from "./labels.ts";
import { type LayerPart, layerParts } from "./layers/layer-parts.ts";
import { type ProcessFacts, processFacts } from "./process-facts.ts";
import { type SbomFacts, sbomFacts } from "./sbom-facts.ts";

/** The facts that `cnb inspect` shows. */
export interface ImageFacts {
  readonly digest: Digest;
  /** The platform, for example `linux/amd64`. */
  readonly platform: string;
  /** The total size of all layer blobs in bytes, as stored (compressed). */
  readonly sizeBytes: number;
  /** The id of the stack; `""` for an image without one. */
  readonly stack: string;
  /**
   * The run image: its reference with a digest, and the diff ID of its last layer. A value is `""`
   * if it is unknown.
   */
  readonly base: { readonly reference: string; readonly topLayer: string };
  /** The names of the run image, followed by those of its mirrors. */
  readonly runImages: readonly string[];
  /**
   * True if the image records the last layer of its run image, and its label does not forbid a
   * rebase.
   */
  readonly rebasable: boolean;
  readonly layers: readonly LayerFacts[];
  /** The processes, the default one first. */
  readonly processes: readonly ProcessFacts[];
  readonly buildpacks: readonly ModuleReference[];
  readonly extensions: readonly ModuleReference[];
  readonly sbom: SbomFacts;
}

/** A buildpack or extension used in a build. */
export interface ModuleReference {
  readonly id: string;
  readonly version: string;
  readonly homepage?: string;
}

/** A layer of an image, with facts from its manifest, its configuration and its labels. */
export interface LayerFacts extends LayerPart {
  readonly diffId: Digest;
  /** The digest of the stored (compressed) blob. */
  readonly digest: Digest;
  /** The size of the stored (compressed) blob in bytes. */
  readonly sizeBytes: number;
  readonly mediaType: string;
}

/**
 * The SBOMs that {@link imageFacts} reads. `none`: no SBOMs. `own`: the SBOMs of the app or, if the
 * image is a base image, of the base image. `all`: the SBOMs of the app and of its base image.
 */
export type SbomChoice = "none" | "own" | "all";

/**
 * Gathers the facts about one image. The function reads at most one layer: the layer with SBOMs.
 *
 * @param where the image's name in errors
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

/**
 * The diff IDs of the SBOM layers. An app image has the label of its run image, and contains that
 * image's SBOM layer.
 */
function sbomLayers(image: Image, labels: BuildpackLabels | undefined, all: boolean) {
  const base = labelsOf(image)["io.buildpacks.base.sbom"];
  if (!labels) return [base];
  return [labels.lifecycle.sbom?.sha, ...(all ? [base] : [])];
}

function baseFacts(labels: BuildpackLabels | undefined): Pick<ImageFacts, "base" | "runImages"> {
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
  ...defined({ homepage: module.homepage || undefined }),
});

function layerFacts(image: Image, labels: BuildpackLabels | undefined): LayerFacts[] {
  const parts = layerParts(image, labels?.lifecycle);
  return image.layers.map(({ diffId, digest, size, mediaType }, at) => ({
    diffId,
    digest,
    sizeBytes: size,
    mediaType,
    ...(parts[at] as LayerPart),
  }));
}
