import { join } from "node:path";
import { type DownloadFile, LibcnbError } from "libcnb";
import type { ToolWheel } from "./wheels.ts";

/**
 * Copies wheels into a directory from sources other than a package index: the buildpack's package,
 * the download cache, a binding's mapping, a mirror. False if one of them is missing.
 */
export async function collectWheels(
  wheels: readonly ToolWheel[],
  dir: string,
  download: DownloadFile,
): Promise<boolean> {
  try {
    for (const { file, checksum } of wheels)
      await download(`pypi:${file}`, { to: join(dir, file), integrity: checksum, quiet: true });
    return wheels.length > 0;
  } catch (error) {
    // pip knows the user's indexes with their logins and certificates
    if (error instanceof LibcnbError && error.code === "PYPI_INDEX_UNKNOWN") return false;
    throw error;
  }
}
