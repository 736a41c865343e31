import { Readable } from "node:stream";
import { stringify } from "smol-toml";
import type { Digest } from "../oci/digest.ts";
import { writeOutputFile } from "../oci/output-file.ts";
import { formatImageReference, type ImageReference } from "../oci/reference.ts";

/** Writes report.toml as the lifecycle's rebaser does (spec section 3.4). */
export async function saveReport(file: string, places: readonly ImageReference[], digest: Digest): Promise<void> {
  const text = stringify({ image: { tags: places.map(formatImageReference), digest } });
  await writeOutputFile(file, Readable.from([Buffer.from(`${text.trimEnd()}\n`)]));
}
