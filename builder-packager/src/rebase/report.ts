import { Readable } from "node:stream";
import { stringify } from "smol-toml";
import { writeOutputFile } from "../oci/files/output-file.ts";
import type { Digest } from "../oci/model/digest.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";

/** Writes report.toml as the lifecycle's rebaser does. */
export async function saveReport(file: string, locations: readonly ImageReference[], digest: Digest): Promise<void> {
  const text = stringify({ image: { tags: locations.map(formatImageReference), digest } });
  await writeOutputFile(file, Readable.from([Buffer.from(`${text.trimEnd()}\n`)]));
}
