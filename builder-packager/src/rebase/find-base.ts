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
import { siblingLayout } from "../platform/images/sibling-layout.ts";

/** A run image that was found. */
export interface SelectedBase {
  readonly image: Image;
  readonly name: string | undefined;
  /** `repository@digest`. */
  readonly reference: string;
}

/** The locations of a search for a run image. */
export interface BaseSearch {
  /** The names that the app knows, its own first. */
  readonly names: readonly string[];
  readonly app: ImageReference;
  readonly platform: Platform;
  readonly registry: RegistryOptions;
  /** Run images read before, for operations on many images. */
  readonly known?: KnownBases | undefined;
}

/** Run images by name and platform, each read once. */
export type KnownBases = Map<string, Promise<SelectedBase>>;

/**
 * Finds the run image that an app names: next to an app in an OCI layout, then in the app's own
 * registry, then at any readable location, mirrors last.
 *
 * @throws CnbError RUN_IMAGE_NOT_FOUND
 */
export async function findNamedBase(search: BaseSearch): Promise<SelectedBase> {
  const nextTo = await siblingLayout(search.app, search.names);
  if (nextTo) return { ...(await readBase(nextTo.reference, search)), name: nextTo.name };
  let first: unknown;
  for (const name of inOrder(search.names, search.app)) {
    try {
      return await readBase(parseImageReference(name), search);
    } catch (error) {
      if (error instanceof CnbError && error.code === "IMAGE_PLATFORM_MISMATCH") throw error;
      first ??= error;
    }
  }
  throw notFound(search.names, first);
}

/** Reads the run image of a name. */
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

/** Orders names; those in the app's registry come first, as in the lifecycle. */
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

const notFound = (names: readonly string[], cause: unknown): CnbError =>
  new CnbError(
    "RUN_IMAGE_NOT_FOUND",
    names.length === 0
      ? "the app image names no run image"
      : `cannot read the run image ${names.join(", nor its mirror ")}`,
    { cause, hint: "Give one with --run-image; for an OCI layout write oci:DIR." },
  );
