import { join } from "node:path";
import { entriesOf, entryAt } from "../files/read.ts";
import type { Checksum } from "./checksum.ts";
import type { Download } from "./download-options.ts";
import { copyVerified } from "./verified-copy.ts";

/**
 * Copies a file that the buildpack's package includes: `<buildpack>/dependencies/<digest>/<file>`,
 * as in Paketo's offline packages. Returns undefined if the package does not include the file, and
 * `"wrong"` if the included file has another digest.
 */
export async function restoreCarried(
  buildpackDir: string,
  checksum: Checksum,
  to: string,
): Promise<Download | "wrong" | undefined> {
  const location = join(buildpackDir, "dependencies", checksum.digest);
  const entry = await entryAt(location);
  if (entry === undefined) return undefined;
  const names = entry.isDirectory ? (await entriesOf(location)).map(({ name }) => join(location, name)) : [location];
  for (const file of names) {
    const restored = (await entryAt(file))?.isFile ? await copyVerified(file, to, checksum) : undefined;
    if (restored !== undefined) return restored;
  }
  return "wrong";
}
