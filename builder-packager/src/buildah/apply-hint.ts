/** The error messages for a full disk of buildah and the tools it runs. */
const diskIsFull = /no space left on device|disk quota exceeded/i;

/**
 * The hint for a failed buildah command.
 *
 * @param otherwise the hint unless the disk is full
 */
export const applyHint = (output: string, otherwise: string): string =>
  diskIsFull.test(output)
    ? "The disk is full: free space where the cache of cnb is (cnb cache show), or set LIBCNB_CACHE_DIR to another disk."
    : otherwise;
