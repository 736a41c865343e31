/** The error messages for a full disk of buildah and the tools it runs. */
const diskIsFull = /no space left on device|disk quota exceeded/i;

/**
 * Returns the hint for a failed buildah command, depending on its output.
 *
 * @param otherwise the hint for any failure other than a full disk
 */
export const applyHint = (output: string, otherwise: string): string =>
  diskIsFull.test(output)
    ? "The disk is full: free space on the disk of cnb's cache (see cnb cache show), or set LIBCNB_CACHE_DIR to a directory on another disk."
    : otherwise;
