import type { Image } from "../oci/image.ts";
import { type UnpackOptions, unpackImage } from "../sandbox/unpack-image.ts";
import { makeRoom } from "./make-room.ts";

/** How much larger the files of a layer are than its compressed blob, as a rule; also the least that can be relied upon. */
const [usualFactor, leastFactor] = [4, 0.5];

/**
 * Unpacks an image into the cache as {@link unpackImage} does, after it has seen to free space.
 *
 * @throws CnbError CACHE_FULL
 * @example `const rootfs = await unpackInCache(builder, { cacheDir: cacheDir(env), reporter })`
 */
export const unpackInCache = (image: Image, options: Omit<UnpackOptions, "makeRoom">): Promise<string> =>
  unpackImage(image, {
    ...options,
    makeRoom: (bytes) =>
      makeRoom(options.cacheDir, {
        work: "unpacking an image",
        usual: bytes * usualFactor,
        least: bytes * leastFactor,
      }),
  });
