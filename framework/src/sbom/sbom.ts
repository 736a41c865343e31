import type { SbomExtension } from "../spec/sbom-format.ts";
import { type Component, component } from "./component.ts";

/** A bill of materials in one format, not yet written: emitters are loaded only when a build writes it. */
export interface Sbom {
  readonly extension: SbomExtension;
  readonly components: readonly Component[];
}

/**
 * A CycloneDX bill of materials. It is the same bytes for the same components: no serial number, no time, sorted.
 * buildpack.toml must declare `application/vnd.cyclonedx+json` in `sbom-formats`.
 *
 * @throws LibcnbError SBOM_INVALID
 * @example `sbom: () => [cycloneDx([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])]`
 */
export function cycloneDx(components: readonly Component[]): Sbom {
  return { extension: "cdx.json", components: components.map(component) };
}
