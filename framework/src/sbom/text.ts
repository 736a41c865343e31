import { sbomComponent } from "./component.ts";
import type { Component } from "./component-model.ts";
import type { SbomFormat } from "./format.ts";
import type { SbomOptions } from "./sbom.ts";

/**
 * Creates the text of an SBOM for something that no buildpack built, such as an image or a package:
 * CycloneDX 1.6, SPDX 2.3 or Syft JSON. The same components give the same bytes: they are sorted,
 * and there are no random numbers or times.
 *
 * @throws LibcnbError SBOM_INVALID
 * @example `await sbomText("cyclonedx", [{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])`
 */
export async function sbomText(
  format: SbomFormat,
  components: readonly Component[],
  { subject }: SbomOptions = {},
): Promise<string> {
  // Imported here, because loading the libraries takes longer than a whole detect.
  const { bomOf } = await import("./bom.ts");
  const bom = await bomOf(components.map(sbomComponent), subject && sbomComponent(subject));
  if (format === "spdx") return (await import("./spdx.ts")).spdxJson(bom);
  if (format === "syft") return (await import("./syft.ts")).syftJson(bom);
  return (await import("./cyclonedx.ts")).cycloneDxJson(bom);
}
