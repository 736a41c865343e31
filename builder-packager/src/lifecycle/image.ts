import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { readImage } from "../oci/image-io.ts";
import { digestOf } from "../oci/model/digest.ts";
import { parseImageReference } from "../oci/model/reference.ts";
import { serializeImage } from "../oci/model/serialize.ts";
import type { TarEntry } from "../tar/entry.ts";
import { lifecycleEntries } from "./archive.ts";
import type { LifecycleContents, OpenLifecycleOptions } from "./contents.ts";

/**
 * Reads the lifecycle in an image of the lifecycle project. The image's last layer has the content
 * of a release archive in `/cnb`. pack reads the image for its own machine. In contrast, this
 * function reads the image for the target's architecture.
 *
 * @throws CnbError LIFECYCLE_INVALID, IMAGE_NOT_FOUND, IMAGE_PLATFORM_MISMATCH, REGISTRY_…
 */
export async function lifecycleImage(
  uri: string,
  { arch, pinned, registry }: OpenLifecycleOptions,
): Promise<LifecycleContents> {
  const named = parseImageReference(uri);
  const reference = pinned && named.kind === "registry" ? { ...named, digest: pinned } : named;
  const platform = { os: "linux", architecture: arch };
  const image = await readImage(reference, { platform, ...defined({ registry }) });
  const layer = image.layers.at(-1);
  if (!layer)
    throw new CnbError("LIFECYCLE_INVALID", `${uri} is not an image of the lifecycle: the image has no layers`, {
      hint: "Use an image of the lifecycle project, such as docker://buildpacksio/lifecycle:0.21.0, or an archive of a release.",
    });
  const entries = async () => (await lifecycleEntries(layer.uncompressed(), uri)).flatMap(belowCnb);
  return { digest: digestOf(serializeImage(image).manifest), origin: uri, entries };
}

/**
 * Converts a path in the image to that in an archive: `/cnb/lifecycle/launcher` becomes
 * `lifecycle/launcher`.
 */
function belowCnb(entry: TarEntry): TarEntry[] {
  const path = /^\/?cnb\/(.+)$/.exec(entry.path)?.[1];
  return path === undefined ? [] : [{ ...entry, path }];
}
