import { CnbError } from "../errors.ts";
import type { SbomDocument, SbomFormat } from "./documents.ts";
import type { Json, Subject } from "./json.ts";
import { mergedCycloneDx } from "./merge-cyclonedx.ts";
import { mergedSpdx } from "./merge-spdx.ts";
import { mergedSyft } from "./merge-syft.ts";

const mergers: Readonly<Record<SbomFormat, (documents: readonly Json[], subject: Subject) => Json>> = {
  cdx: mergedCycloneDx,
  spdx: mergedSpdx,
  syft: mergedSyft,
};

/**
 * Merges all documents of a format. The result contains each package once, with its dependencies
 * and dependents. The same documents give the same bytes.
 *
 * @throws CnbError SBOM_INVALID if a document is not a JSON object
 */
export function mergedSbom(format: SbomFormat, documents: readonly SbomDocument[], subject: Subject): string {
  const parsed = documents.filter((each) => each.format === format).map(parse);
  return `${JSON.stringify(mergers[format](parsed, subject), null, 2)}\n`;
}

function parse({ path, content }: SbomDocument): Json {
  try {
    const value: unknown = JSON.parse(Buffer.from(content).toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  } catch {}
  throw new CnbError("SBOM_INVALID", `cannot merge the SBOMs of the image: ${path} is not a JSON object`, {
    hint: "Remove --merge to download the SBOMs unchanged.",
  });
}
