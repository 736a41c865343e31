import { defined } from "../../defined.ts";
import { readImage } from "../../oci/image-io.ts";
import type { Image } from "../../oci/model/image.ts";
import { formatImageReference, type ImageReference } from "../../oci/model/reference.ts";
import type { BuildImageOptions } from "../../platform/build-options.ts";
import { buildImage } from "../../project/build-image.ts";
import type { Reporter } from "../../reporter.ts";
import type { BuildRequest } from "../loop/loop.ts";
import { heldReporter } from "./held-reporter.ts";
import type { OutputSlots } from "./output-slots.ts";

/** The options of a build that stay the same for all builds of `cnb dev`. */
export type DevBuildOptions = Omit<
  BuildImageOptions,
  "output" | "previousImage" | "cache" | "clearCache" | "signal" | "reporter"
>;

/** An image that `cnb dev` has built. */
export interface DevImage {
  readonly name: string;
  readonly reference: ImageReference;
  readonly digest: string;
  readonly image: Image;
}

/**
 * Builds an image. If the request asks for the log, it is printed while the build runs. Otherwise,
 * the log is printed only if the build fails.
 */
export async function devBuild(
  options: DevBuildOptions,
  slots: OutputSlots,
  { showsLog, clearsCache }: BuildRequest,
  { reporter, signal }: { readonly reporter: Reporter; readonly signal: AbortSignal },
): Promise<DevImage> {
  const held = showsLog ? undefined : heldReporter(reporter);
  const reference = slots.next();
  try {
    const { manifestDigest } = await buildImage({
      ...options,
      output: reference,
      cache: slots.cache,
      clearCache: clearsCache,
      reporter: held ?? reporter,
      signal,
      ...defined({ previousImage: slots.last() }),
    });
    slots.commit();
    const image = await readImage(reference);
    return { name: formatImageReference(reference), reference, digest: manifestDigest, image };
  } catch (error) {
    if (!signal.aborted) held?.release();
    throw error;
  }
}
