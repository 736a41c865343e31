import type { ModuleKind } from "../config/module-descriptor.ts";
import { type BuilderFacts, builderFacts } from "../inspect/builders/builder-facts.ts";
import { type CompareOptions, compareImages as compare } from "../inspect/compare/compare-images.ts";
import type { ImageComparison } from "../inspect/compare/comparison.ts";
import { type ImageFacts, imageFacts, type SbomChoice } from "../inspect/image-facts.ts";
import { type PackageFacts, packageFacts } from "../inspect/packages/package-facts.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { Host } from "./host.ts";
import { type ImageSource, imageFrom, nameOf } from "./image-source.ts";

export interface InspectInput {
  readonly image: ImageSource;
  /**
   * The platform to choose in a multi-platform image. @default this machine's, or else the first
   */
  readonly platform?: Platform;
}

/** The input of {@link inspectImage}. */
export interface InspectImageInput extends InspectInput {
  /** The SBOMs to read. @default "own" */
  readonly sbom?: SbomChoice;
}

/** The input of {@link inspectBuilder}. */
export interface InspectBuilderInput extends InspectInput {
  /** The number of levels to which composite buildpacks in the order are expanded. @default all */
  readonly depth?: number;
}

/** The input of {@link inspectPackage}. */
export interface InspectPackageInput extends InspectBuilderInput {
  /** The kind of the package. @default "buildpack" */
  readonly kind?: ModuleKind;
}

/** The input of {@link compareImages}. */
export interface CompareInput extends CompareOptions {
  readonly from: ImageSource;
  readonly to: ImageSource;
  /** The platform to choose in multi-platform images. @default this machine's, or else the first */
  readonly platform?: Platform;
}

/**
 * Gathers the facts that `cnb inspect` shows of an app image or a base image.
 *
 * @throws CnbError LABEL_INVALID, IMAGE_…, REGISTRY_….
 * @example `const { processes, layers } = await inspectImage({ image: parseImageReference("oci:app") }, host)`
 */
export const inspectImage = async ({ image, platform, sbom }: InspectImageInput, host: Host): Promise<ImageFacts> =>
  imageFacts(await imageFrom(image, host, platform), nameOf(image), sbom === undefined ? {} : { sbom });

/**
 * Gathers the facts that `cnb builder inspect` shows.
 *
 * @throws CnbError BUILDER_INVALID, IMAGE_…, REGISTRY_….
 * @example `const { order, lifecycle } = await inspectBuilder({ image: parseImageReference("oci:builder") }, host)`
 */
export const inspectBuilder = async (
  { image, platform, depth }: InspectBuilderInput,
  host: Host,
): Promise<BuilderFacts> =>
  builderFacts(await imageFrom(image, host, platform), nameOf(image), depth === undefined ? {} : { depth });

/**
 * Gathers the facts that `cnb buildpack inspect` and `cnb extension inspect` show.
 *
 * @throws CnbError BUILDPACKAGE_INVALID, LABEL_INVALID, IMAGE_…, REGISTRY_….
 * @example `const { modules } = await inspectPackage({ image:
 * parseImageReference("oci-archive:hello.cnb") }, host)`
 */
export const inspectPackage = async (
  { image, platform, kind = "buildpack", depth }: InspectPackageInput,
  host: Host,
): Promise<PackageFacts> =>
  packageFacts(await imageFrom(image, host, platform), kind, nameOf(image), depth === undefined ? {} : { depth });

/**
 * Compares two images by buildpacks, layers, processes and configuration, and on request by SBOM and files.
 *
 * @throws CnbError LABEL_INVALID, IMAGE_…, REGISTRY_….
 * @example `const { same, layers } = await compareImages({ from: parseImageReference("oci:app1"), to: parseImageReference("oci:app2") }, host)`
 */
export async function compareImages(input: CompareInput, host: Host): Promise<ImageComparison> {
  const { from, to, platform, ...options } = input;
  const [one, other] = await Promise.all([imageFrom(from, host, platform), imageFrom(to, host, platform)]);
  return compare({ name: nameOf(from), image: one }, { name: nameOf(to), image: other }, options);
}
