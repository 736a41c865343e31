import { CnbError } from "../errors.ts";
import { readImage } from "../oci/image-io.ts";
import type { Image } from "../oci/model/image.ts";
import { formatPlatform } from "../oci/model/image-platform.ts";
import { formatImageReference, type ImageReference, parseImageReference } from "../oci/model/reference.ts";
import { serializeImage } from "../oci/model/serialize.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { layoutName } from "../oci/source/layout.ts";
import { repositoryOf } from "../platform/image-names.ts";
import { runImageHint, withUserMirrors } from "../platform/images/run-image.ts";
import { siblingLayout } from "../platform/images/sibling-layout.ts";

/** The run image that was found for a rebase. */
export interface SelectedBase {
  readonly image: Image;
  readonly name: string | undefined;
  /** The reference of the run image: `repository@digest`. */
  readonly reference: string;
}

/** The run image names to look for, and the app image that records them. */
export interface BaseSearch {
  /** The names that the app image records: that of the run image, then its mirrors. */
  readonly names: readonly string[];
  readonly app: ImageReference;
  readonly platform: Platform;
  readonly registry: RegistryOptions;
  /** Run images that were already read, so that many images can share them. */
  readonly known?: KnownBases | undefined;
}

/** Cached run images, by name and platform. Each is read only once. */
export type KnownBases = Map<string, Promise<SelectedBase>>;

/**
 * Finds the run image that an app image names. If the app image is an OCI layout, layouts in the
 * same directory are tried first. Then come names in the app image's own registry, then the other
 * names in their order.
 *
 * @throws CnbError RUN_IMAGE_NOT_FOUND
 */
export async function findNamedBase(search: BaseSearch): Promise<SelectedBase> {
  const nextTo = await siblingLayout(search.app, search.names);
  if (nextTo) return { ...(await readBase(nextTo.reference, search)), name: nextTo.name };
  let first: unknown;
  const names = withUserMirrors(search.names, search.registry.runImageMirrors);
  for (const name of inOrder(names, search.app)) {
    try {
      return await readBase(parseImageReference(name), search);
    } catch (error) {
      if (isFinal(error)) throw error;
      first ??= error;
    }
  }
  throw notFound(names, first);
}

/** Reads a run image, or returns it from the cache. */
export function readBase(reference: ImageReference, search: Omit<BaseSearch, "names" | "app">): Promise<SelectedBase> {
  const key = `${formatImageReference(reference)} ${formatPlatform(search.platform)}`;
  const found = search.known?.get(key) ?? freshBase(reference, search);
  search.known?.set(key, found);
  return found;
}

async function freshBase(
  reference: ImageReference,
  { platform, registry }: Omit<BaseSearch, "names" | "app">,
): Promise<SelectedBase> {
  const image = await readImage(reference, { platform, registry });
  const name = await nameOf(reference);
  const { manifestDigest } = serializeImage(image);
  return { image, name, reference: name ? `${repositoryOf(name)}@${manifestDigest}` : manifestDigest };
}

async function nameOf(reference: ImageReference): Promise<string | undefined> {
  if (reference.kind === "registry") return formatImageReference(reference);
  return reference.kind === "oci" ? layoutName(reference.dir) : undefined;
}

/** Sorts image names so that those in the app's registry come first, as in the lifecycle. */
export function inOrder(names: readonly string[], app: ImageReference): readonly string[] {
  const isNear = (name: string) => app.kind === "registry" && registryOf(name) === app.registry;
  return [...names.filter(isNear), ...names.filter((name) => !isNear(name))];
}

function registryOf(name: string): string | undefined {
  try {
    const reference = parseImageReference(name);
    return reference.kind === "registry" ? reference.registry : undefined;
  } catch {
    return undefined;
  }
}

/** Errors about an image that exists. Mirrors have the same image, and are not tried. */
const finalCodes: readonly string[] = [
  "IMAGE_PLATFORM_MISMATCH",
  "SIGNATURE_INVALID",
  "SIGNATURE_NOT_FOUND",
  "SIGNING_KEY_INVALID",
];
const isFinal = (error: unknown): boolean => error instanceof CnbError && finalCodes.includes(error.code);

const notFound = (names: readonly string[], cause: unknown): CnbError =>
  new CnbError(
    "RUN_IMAGE_NOT_FOUND",
    names.length === 0
      ? "the app image does not record a run image"
      : `cannot read the run image ${names.join(", nor its mirror ")}`,
    { cause, hint: runImageHint(cause) },
  );
