import { CnbError } from "../errors.ts";
import type { Image } from "../oci/model/image.ts";
import { type UnpackOptions, unpackImage } from "../sandbox/unpack-image.ts";
import { startsNoPrograms } from "./no-programs.ts";
import { cacheFullHint, reclaimSpace } from "./reclaim-space.ts";

/**
 * The ratio of a layer's unpacked size to its compressed blob: the usual one, and a lower bound.
 */
const [usualFactor, leastFactor] = [4, 0.5];

/**
 * Unpacks an image into the cache as {@link unpackImage} does, after ensuring free space.
 *
 * @throws CnbError CACHE_FULL, CACHE_NOEXEC
 * @example `const rootfs = await unpackInCache(builder, { cacheDir: cacheDir(env), reporter })`
 */
export async function unpackInCache(image: Image, options: Omit<UnpackOptions, "makeRoom">): Promise<string> {
  const { cacheDir } = options;
  if (startsNoPrograms(cacheDir))
    throw new CnbError(
      "CACHE_NOEXEC",
      `programs of images cannot start in the cache ${cacheDir}: its file system is mounted with noexec`,
      {
        hint: "Set LIBCNB_CACHE_DIR to a directory on a file system that is mounted without noexec.",
      },
    );
  const space = (bytes: number) => ({
    work: "unpacking an image",
    usual: bytes * usualFactor,
    least: bytes * leastFactor,
  });
  try {
    return await unpackImage(image, { ...options, reclaimSpace: (bytes) => reclaimSpace(cacheDir, space(bytes)) });
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    throw new CnbError("CACHE_FULL", `the disk of the cache ${cacheDir} is full: an image could not be unpacked`, {
      hint: cacheFullHint,
      cause: error,
    });
  }
}

/**
 * True for an error about a full disk: unpacked files can be far larger than blobs, and other
 * processes write to the same disk.
 */
function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT")) return true;
  return isDiskFull(error.cause);
}
