import type { BuildImageOptions } from "../../platform/build-options.ts";

/** The flags for the cache of a build. */
interface CacheFlags {
  readonly cache?: string;
  readonly cacheImage?: string;
}

/**
 * Parses `--cache` and `--cache-image`.
 *
 * @throws CnbError ARGUMENT_INVALID, IMAGE_REFERENCE_INVALID
 */
export async function cacheOf({
  cache,
  cacheImage: image,
}: CacheFlags): Promise<Pick<BuildImageOptions, "cache" | "cacheImage">> {
  const { cacheImage, cacheLocation } = await import("../../platform/cache/cache-location.ts");
  if (image) return { cacheImage: cacheImage(image) };
  const location = cache ? cacheLocation(cache) : undefined;
  if (!location) return {};
  return "image" in location ? { cacheImage: location.image } : { cache: location.folder };
}
