import { component } from "./component.ts";
import type { Component } from "./component-model.ts";
import type { SbomFormat } from "./format.ts";
import { checkRawSbom } from "./raw.ts";

/** An SBOM that is not yet written: emitters are loaded only when a build writes it. */
export type Sbom = ComponentsSbom | RawSbom;

/** Components to write in one format, or in each that buildpack.toml declares. */
export interface ComponentsSbom {
  readonly format: SbomFormat | "declared";
  readonly components: readonly Component[];
  /** The subject of the document. */
  readonly subject?: Component | undefined;
}

/** Options of an SBOM besides its components. */
export interface SbomOptions {
  /**
   * The subject of the document, such as the app itself, with its direct `dependencies`. Default:
   * none. Parts of one document must not have different subjects.
   */
  readonly subject?: Component | undefined;
}

/** An SBOM document made by a tool. */
export interface RawSbom {
  readonly format: SbomFormat;
  /** The specification version in the document. */
  readonly version: string;
  readonly text: string;
}

/**
 * Creates SBOMs of the components in every format in `sbom-formats` of buildpack.toml: CycloneDX
 * 1.6, SPDX 2.3, Syft JSON. The same components give the same bytes: sorted, without random numbers
 * and times.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when it is written and buildpack.toml declares none
 * @example `sboms([{ name: "ms", version: "2.1.3", purl: "pkg:npm/ms@2.1.3" }], { subject: { name: "app", dependencies: ["ms"] } })`
 */
export const sboms = (components: readonly Component[], options?: SbomOptions): readonly Sbom[] => [
  of("declared", components, options),
];

/**
 * Creates a CycloneDX 1.6 SBOM. buildpack.toml must declare `application/vnd.cyclonedx+json` in
 * `sbom-formats`.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when it is written
 * @example `cycloneDx([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])`
 */
export const cycloneDx = (components: readonly Component[], options?: SbomOptions): Sbom =>
  of("cyclonedx", components, options);

/**
 * Creates an SPDX 2.3 SBOM. buildpack.toml must declare `application/spdx+json` in `sbom-formats`.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when it is written
 * @example `spdx([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])`
 */
export const spdx = (components: readonly Component[], options?: SbomOptions): Sbom => of("spdx", components, options);

/**
 * Creates a Syft JSON SBOM. buildpack.toml must declare `application/vnd.syft+json` in
 * `sbom-formats`. The format has no fields for checksums, suppliers, descriptions and URLs.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when it is written
 * @example `syft([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])`
 */
export const syft = (components: readonly Component[], options?: SbomOptions): Sbom => of("syft", components, options);

/**
 * Wraps an SBOM made by a tool. It is written unchanged, so it must be the only one in its format
 * for its layer, the image or the build.
 *
 * @throws LibcnbError SBOM_INVALID if the text is not JSON of the format; SBOM_UNMERGEABLE when it is written
 * @example `rawSbom("cyclonedx", '{ "bomFormat": "CycloneDX", "specVersion": "1.5", "components": [] }')`
 */
export const rawSbom = (format: SbomFormat, text: string): Sbom => ({
  format,
  version: checkRawSbom(format, text),
  text,
});

const of = (
  format: SbomFormat | "declared",
  components: readonly Component[],
  { subject }: SbomOptions = {},
): Sbom => ({
  format,
  components: components.map(component),
  ...(subject !== undefined && { subject: component(subject) }),
});
