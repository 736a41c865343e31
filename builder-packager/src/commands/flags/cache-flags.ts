import type { BuildImageOptions } from "../../platform/build-options.ts";

/** The flags for the cache of a build. */
interface CacheFlags {
  readonly cache?: string;
  readonly cacheImage?: string;
}

/** Parses `--cache` and `--cache-image`. Throws ARGUMENT_INVALID, IMAGE_REFERENCE_INVALID. */
export async function cacheOf({
  cache,
  cacheImage: image,
}: CacheFlags): Promise<Pick<BuildImageOptions, "cache" | "cacheImage">> {
  const { cacheImage, cachePlace } = await import("../../platform/cache/cache-location.ts");
  if (image) return { cacheImage: cacheImage(image) };
  const place = cache ? cachePlace(cache) : undefined;
  if (!place) return {};
  return "image" in place ? { cacheImage: place.image } : { cache: place.folder };
}
