import { type Component, component } from "./component.ts";
import type { SbomFormat } from "./format.ts";
import { checkRawSbom } from "./raw.ts";

/** A bill of materials, not yet written: emitters are loaded only when a build writes it. */
export type Sbom = ComponentsSbom | RawSbom;

/** Components to be written in one format, or in each that buildpack.toml declares. */
export interface ComponentsSbom {
  readonly format: SbomFormat | "declared";
  readonly components: readonly Component[];
}

/** A document that a tool has made. */
export interface RawSbom {
  readonly format: SbomFormat;
  /** The format's version that the document names. */
  readonly version: string;
  readonly text: string;
}

/**
 * Bills of materials of the components in every format that buildpack.toml declares in `sbom-formats`: CycloneDX 1.6,
 * SPDX 2.3, Syft JSON. The same components give the same bytes: no random number, no time, sorted.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when it is written and buildpack.toml declares none
 * @example `sboms([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0", licenses: ["MIT"] }])`
 */
export const sboms = (components: readonly Component[]): readonly Sbom[] => [of("declared", components)];

/**
 * A CycloneDX 1.6 bill of materials. buildpack.toml must declare `application/vnd.cyclonedx+json` in `sbom-formats`.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when it is written
 * @example `cycloneDx([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])`
 */
export const cycloneDx = (components: readonly Component[]): Sbom => of("cyclonedx", components);

/**
 * An SPDX 2.3 bill of materials. buildpack.toml must declare `application/spdx+json` in `sbom-formats`.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when it is written
 * @example `spdx([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])`
 */
export const spdx = (components: readonly Component[]): Sbom => of("spdx", components);

/**
 * A Syft JSON bill of materials. buildpack.toml must declare `application/vnd.syft+json` in `sbom-formats`.
 * The format has no place for checksums, suppliers, descriptions and addresses.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when it is written
 * @example `syft([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])`
 */
export const syft = (components: readonly Component[]): Sbom => of("syft", components);

/**
 * A bill of materials that a tool has made: written as it is, so it must be alone in its format for its layer, the image or the build.
 *
 * @throws LibcnbError SBOM_INVALID if the text is not JSON of the format; SBOM_UNMERGEABLE when it is written
 * @example `rawSbom("cyclonedx", '{ "bomFormat": "CycloneDX", "specVersion": "1.5", "components": [] }')`
 */
export const rawSbom = (format: SbomFormat, text: string): Sbom => ({
  format,
  version: checkRawSbom(format, text),
  text,
});

const of = (format: SbomFormat | "declared", components: readonly Component[]): Sbom => ({
  format,
  components: components.map(component),
});
