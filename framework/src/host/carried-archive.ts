import { join } from "node:path";
import type { Checksum } from "./checksum.ts";
import type { Download } from "./download.ts";
import { entriesOf, entryAt } from "./read.ts";
import { copyVerified } from "./verified-copy.ts";

/**
 * A file that the package of the buildpack carries: `<buildpack>/dependencies/<digest>/<file>`, as Paketo's packages for offline use do.
 * `"wrong"`: what is there is another file.
 */
export async function restoreCarried(
  buildpackDir: string,
  checksum: Checksum,
  to: string,
): Promise<Download | "wrong" | undefined> {
  const place = join(buildpackDir, "dependencies", checksum.digest);
  const entry = await entryAt(place);
  if (entry === undefined) return undefined;
  const names = entry.isDirectory ? (await entriesOf(place)).map(({ name }) => join(place, name)) : [place];
  for (const file of names) {
    const restored = (await entryAt(file))?.isFile ? await copyVerified(file, to, checksum) : undefined;
    if (restored !== undefined) return restored;
  }
  return "wrong";
}
