import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { readImage } from "../../oci/image-io.ts";
import type { Image } from "../../oci/model/image.ts";
import { formatPlatform } from "../../oci/model/image-platform.ts";
import { labelsOf } from "../../oci/model/mutate.ts";
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
  type RegistryReference,
} from "../../oci/model/reference.ts";
import { serializeImage } from "../../oci/model/serialize.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import { layoutName } from "../../oci/source/layout.ts";
import type { RunImageNames } from "../formats/lifecycle-metadata.ts";
import { repositoryOf, sameName } from "../image-names.ts";
import type { Builder } from "./builder.ts";
import { siblingLayout } from "./sibling-layout.ts";
import type { TargetMetadata } from "./target.ts";

/** The run image: the base image of the app image. */
export interface RunImage {
  readonly image: Image;
  /** The location at which the run image was found. */
  readonly found: ImageReference;
  /** The reference to record in the app image's label: `repository@digest`. */
  readonly reference: string;
  /** The names under which a rebase may look for a new run image. */
  readonly names: RunImageNames;
  /**
   * The run image after image extensions were applied, with additional layers, history and
   * configuration.
   */
  readonly extended?: Image;
}

/** The requested run image, and the destination of the app image. */
export interface RunImageRequest {
  readonly given?: ImageReference | undefined;
  /** The destination of the app image. */
  readonly output?: ImageReference | undefined;
}

/**
 * Finds the run image: the given one, or else one that the builder lists. If the builder is an OCI
 * layout, a layout next to it that has the name of a listed run image is used. Otherwise the first
 * listed name that can be read is used. Names in the output's registry are tried first, because
 * that registry already has their blobs.
 *
 * @throws CnbError RUN_IMAGE_NOT_FOUND, ARCHITECTURE_MISMATCH.
 */
export async function findRunImage(
  builder: Builder,
  { given, output }: RunImageRequest,
  registry: RegistryOptions,
): Promise<RunImage> {
  const found = given ? await readNamed(builder, given, registry) : await readOwn(builder, output, registry);
  return asRunImage(builder, found, isTagged(given) ? namesOfGiven(builder, given) : namesFor(builder, found.name));
}

/**
 * Finds the run image that an image extension selects: an image in a registry or, if the builder is
 * an OCI layout, a layout next to the builder.
 *
 * @throws CnbError RUN_IMAGE_NOT_FOUND, ARCHITECTURE_MISMATCH, IMAGE_REFERENCE_INVALID.
 */
export async function findNamedRunImage(builder: Builder, name: string, registry: RegistryOptions): Promise<RunImage> {
  const nextTo = await siblingLayout(builder.reference, [name]);
  const reference = nextTo?.reference ?? parseImageReference(name);
  const image = await readFor(builder, reference, registry).catch((cause) => {
    throw notFound([name], cause);
  });
  const listed = builder.runImages.find(holds(name));
  return asRunImage(builder, { image, reference, name }, listed ?? { image: name });
}

function asRunImage(builder: Builder, found: FoundRunImage, names: RunImageNames): RunImage {
  checkPlatform(builder, found);
  const { manifestDigest } = serializeImage(found.image);
  return {
    image: found.image,
    found: found.reference,
    reference: found.name ? `${repositoryOf(found.name)}@${manifestDigest}` : manifestDigest,
    names,
  };
}

interface FoundRunImage {
  readonly image: Image;
  readonly reference: ImageReference;
  readonly name: string | undefined;
}

async function readNamed(
  builder: Builder,
  reference: ImageReference,
  registry: RegistryOptions,
): Promise<FoundRunImage> {
  const image = await readFor(builder, reference, registry).catch((cause) => {
    throw notFound([formatImageReference(reference)], cause);
  });
  const name = reference.kind === "registry" ? formatImageReference(reference) : await nameOfLayout(reference);
  return { image, reference, name };
}

const nameOfLayout = async (reference: ImageReference): Promise<string | undefined> =>
  reference.kind === "oci" ? layoutName(reference.dir) : undefined;

async function readOwn(
  builder: Builder,
  output: ImageReference | undefined,
  registry: RegistryOptions,
): Promise<FoundRunImage> {
  const listed = builder.runImages.flatMap(({ image, mirrors }) => [image, ...mirrors]);
  if (listed.length === 0) throw notFound([], undefined);
  const nextTo = await siblingLayout(builder.reference, listed);
  const names = nearestFirst(
    builder.runImages.flatMap(({ image, mirrors }) => withUserMirrors([image, ...mirrors], registry.runImageMirrors)),
    output,
  );
  if (nextTo) return { image: await readFor(builder, nextTo.reference, registry), ...nextTo };
  let first: unknown;
  for (const name of names) {
    const reference = parseImageReference(name);
    try {
      return { image: await readFor(builder, reference, registry), reference, name };
    } catch (error) {
      if (isFinal(error)) throw error;
      first ??= error;
    }
  }
  throw notFound(names, first);
}

/**
 * Adds the user's mirrors for the run image that has these names. As in pack, the mirrors are tried
 * before the image's other names.
 */
export const withUserMirrors = (
  names: readonly string[],
  mirrors: RegistryOptions["runImageMirrors"] = {},
): readonly string[] => [
  ...Object.entries(mirrors).flatMap(([image, own]) => (names.some((name) => sameName(name, image)) ? own : [])),
  ...names,
];

/**
 * Sorts image names like the lifecycle's `BestRunImageMirrorFor`: names in the output's registry
 * come first. Otherwise, the given order is kept.
 */
export function nearestFirst(names: readonly string[], output: ImageReference | undefined): readonly string[] {
  const isNear = (name: string) => output?.kind === "registry" && registryOfName(name) === output.registry;
  return [...names.filter(isNear), ...names.filter((name) => !isNear(name))];
}

/**
 * The registry of an image name; undefined if the name is invalid, which is reported when the image
 * is read.
 */
function registryOfName(name: string): string | undefined {
  try {
    const reference = parseImageReference(name);
    return reference.kind === "registry" ? reference.registry : undefined;
  } catch {
    return undefined;
  }
}

async function readFor(builder: Builder, reference: ImageReference, registry: RegistryOptions): Promise<Image> {
  try {
    return await readImage(reference, { platform: builder.image.config, registry });
  } catch (error) {
    if (!(error instanceof CnbError) || error.code !== "IMAGE_PLATFORM_MISMATCH") throw error;
    throw mismatch(builder, error.message);
  }
}

function checkPlatform(builder: Builder, { image, reference }: FoundRunImage): void {
  const { os, architecture } = image.config;
  if (os === builder.image.config.os && architecture === builder.image.config.architecture) return;
  throw mismatch(builder, `the run image ${formatImageReference(reference)} is for ${formatPlatform(image.config)}`);
}

// The source's error has the same facts in other words, so it is not a cause.
const mismatch = (builder: Builder, what: string): CnbError =>
  new CnbError(
    "ARCHITECTURE_MISMATCH",
    `${what}, but the builder ${formatImageReference(builder.reference)} is for ${formatPlatform(builder.image.config)}`,
    { hint: "Pass a run image for the builder's platform with --run-image." },
  );

/**
 * Returns the hint for an unreadable run image: the hint of the error `cause` (for example about an
 * unreachable registry), and the advice to pass another run image.
 */
export function runImageHint(cause: unknown): string {
  const another = "Pass a run image with --run-image. For an OCI layout write oci:DIR.";
  const isMissing = !(cause instanceof CnbError) || cause.code === "IMAGE_NOT_FOUND";
  return isMissing || cause.hint === undefined ? another : `${cause.hint} Or: ${another}`;
}

/** Errors about an image that exists. Mirrors have the same image, and are not tried. */
const finalCodes: readonly string[] = [
  "ARCHITECTURE_MISMATCH",
  "SIGNATURE_INVALID",
  "SIGNATURE_NOT_FOUND",
  "SIGNING_KEY_INVALID",
];
const isFinal = (error: unknown): boolean => error instanceof CnbError && finalCodes.includes(error.code);

function notFound(names: readonly string[], cause: unknown): unknown {
  if (isFinal(cause)) return cause;
  const what =
    names.length > 0
      ? `cannot read the run image ${names.join(", nor its mirror ")}`
      : "the builder does not list a run image";
  return new CnbError("RUN_IMAGE_NOT_FOUND", what, {
    cause,
    hint: runImageHint(cause),
  });
}

/**
 * Returns a function that is true for a run image of a builder if the image, or one of its mirrors,
 * has the given name.
 */
export const holds =
  (name: string) =>
  ({ image, mirrors }: Builder["runImages"][number]): boolean =>
    [image, ...mirrors].some((entry) => sameName(entry, name));

/** True for an image in a registry without a digest. A newer version can have the same name. */
const isTagged = (given: ImageReference | undefined): given is RegistryReference =>
  given?.kind === "registry" && given.digest === undefined;

/**
 * The builder's entry that contains the run image of `--run-image`, else that name alone, as pack
 * records it. `cnb rebase` then looks for a newer version of the image that the user has named.
 */
function namesOfGiven({ runImages }: Builder, given: RegistryReference): RunImageNames {
  const name = formatImageReference(given);
  return runImages.find(holds(name)) ?? { image: name };
}

/**
 * The builder's entry that contains this run image, else its first one, as the lifecycle chooses
 * from run.toml.
 */
function namesFor({ runImages }: Builder, name: string | undefined): RunImageNames {
  return (
    (name === undefined ? undefined : runImages.find(holds(name))) ??
    runImages[0] ??
    (name === undefined ? {} : { image: name })
  );
}

/**
 * Returns the target that the app runs on: the run image's platform and distribution. If labels do
 * not name the distribution, `osRelease` is used.
 */
export function targetOf({ config, ...image }: Image, osRelease: TargetMetadata["distro"]): TargetMetadata {
  const labels = labelsOf({ config, ...image });
  const [name, version] = [labels["io.buildpacks.base.distro.name"], labels["io.buildpacks.base.distro.version"]];
  const distro = name || version ? { name: name ?? "", version: version ?? "" } : osRelease;
  return {
    os: config.os,
    arch: config.architecture,
    ...defined({ variant: config.variant || undefined, distro }),
  };
}
