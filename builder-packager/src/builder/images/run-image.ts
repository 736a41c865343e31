import type { TargetLock } from "../../config/lock-file.ts";
import { CnbError } from "../../errors.ts";
import { type ReadImageOptions, readImage } from "../../oci/image-io.ts";
import { digestOf } from "../../oci/model/digest.ts";
import type { Image } from "../../oci/model/image.ts";
import type { ImageReference } from "../../oci/model/reference.ts";
import { formatImageReference } from "../../oci/model/reference.ts";
import { serializeImage } from "../../oci/model/serialize.ts";
import { layoutName } from "../../oci/source/layout.ts";
import type { Reporter } from "../../reporter.ts";
import { imageReferenceIn } from "../modules/module-uri.ts";
import type { NamedImage } from "../toml/builder-toml.ts";
import type { NamedRunImage } from "../validate.ts";

export interface RunImageOptions extends ReadImageOptions {
  readonly dir: string;
  readonly reporter: Reporter;
  readonly lock?: TargetLock | undefined;
}

/**
 * Reads a run image and determines the name that builders and apps record: its name in a registry,
 * or the name recorded in an OCI layout. The recorded name is never a path. Digests must not depend
 * on directories, and a path is not valid on other machines.
 *
 * @throws CnbError BUILDER_INVALID for an archive, or a layout without a name; errors of reading a
 * local image
 */
export async function namedRunImage(
  { image: text, mirrors }: NamedImage,
  options: RunImageOptions,
): Promise<NamedRunImage> {
  const reference = imageReferenceIn(options.dir, text);
  if (reference.kind === "registry") {
    const [image] = await Promise.all([
      lockedIfReachable(text, options),
      ...mirrors.map((mirror) => readIfReachable(mirror, imageReferenceIn(options.dir, mirror), options)),
    ]);
    return { name: text.replace(/^docker:\/\//, ""), mirrors, image };
  }
  const name = reference.kind === "oci" ? (reference.tag ?? (await layoutName(reference.dir))) : undefined;
  if (name !== undefined) return { name, mirrors, image: await readImage(reference, options) };
  if (reference.kind === "oci") await readImage(reference, options); // whether there is an image comes first
  throw new CnbError(
    "BUILDER_INVALID",
    `cannot record the run image ${formatImageReference(reference)} in the builder: the image has no name`,
    {
      hint: "Give the image a name in its OCI layout, as cnb base create does, or use an image in a registry.",
    },
  );
}

/** The lock file's record of a run image that was unreachable. */
const unreachable = "not accessible";

/**
 * Pins the run image that the builder was checked with, if reachable; a builder records names,
 * because run images are replaced often.
 */
async function lockedIfReachable(name: string, { lock, ...options }: RunImageOptions): Promise<Image | undefined> {
  const pinned = lock?.pinned("run-images", name);
  const named = imageReferenceIn(options.dir, name);
  const isDigest = pinned !== undefined && pinned !== unreachable;
  const image = await readIfReachable(
    name,
    isDigest ? ({ ...named, digest: pinned } as ImageReference) : named,
    options,
  );
  lock?.found("run-images", name, pinned ?? (image ? digestOf(serializeImage(image).manifest) : unreachable));
  return image;
}

/**
 * Reads a run image if its registry is reachable, which is not required on the machine that creates
 * builders.
 */
async function readIfReachable(
  name: string,
  reference: ImageReference,
  options: RunImageOptions,
): Promise<Image | undefined> {
  await options.registry?.admit?.(reference); // a signature that builder.toml requires cannot be left unchecked
  try {
    return await readImage(reference, options);
  } catch (error) {
    if (!(error instanceof CnbError) || error.code === "IMAGE_PLATFORM_MISMATCH") throw error;
    options.reporter.warn(`The run image ${name} could not be checked: ${error.message}`);
    return undefined;
  }
}
