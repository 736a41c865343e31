import { type Component, component } from "./component.ts";
import type { SbomFormat } from "./format.ts";
import { checkRawSbom } from "./raw.ts";

/** A bill of materials, not yet written: emitters are loaded only when a build writes it. */
export type Sbom = ComponentsSbom | RawSbom;

/** Components to be written in one format, or in each that buildpack.toml declares. */
export interface ComponentsSbom {
  readonly format: SbomFormat | "declared";
  readonly components: readonly Component[];
  /** What the document is about. */
  readonly subject?: Component | undefined;
}

/** What is said of a bill of materials besides its components. */
export interface SbomOptions {
  /**
   * What the document is about, such as the app itself; its `dependencies` are the components that it needs itself. Default:
   * nothing in particular. Parts of one document may not be about different things.
   */
  readonly subject?: Component | undefined;
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
 * @example `sboms([{ name: "ms", version: "2.1.3", purl: "pkg:npm/ms@2.1.3" }], { subject: { name: "app", dependencies: ["ms"] } })`
 */
export const sboms = (components: readonly Component[], options?: SbomOptions): readonly Sbom[] => [
  of("declared", components, options),
];

/**
 * A CycloneDX 1.6 bill of materials. buildpack.toml must declare `application/vnd.cyclonedx+json` in `sbom-formats`.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when it is written
 * @example `cycloneDx([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])`
 */
export const cycloneDx = (components: readonly Component[], options?: SbomOptions): Sbom =>
  of("cyclonedx", components, options);

/**
 * An SPDX 2.3 bill of materials. buildpack.toml must declare `application/spdx+json` in `sbom-formats`.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when it is written
 * @example `spdx([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])`
 */
export const spdx = (components: readonly Component[], options?: SbomOptions): Sbom => of("spdx", components, options);

/**
 * A Syft JSON bill of materials. buildpack.toml must declare `application/vnd.syft+json` in `sbom-formats`.
 * The format has no place for checksums, suppliers, descriptions and addresses.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when it is written
 * @example `syft([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])`
 */
export const syft = (components: readonly Component[], options?: SbomOptions): Sbom => of("syft", components, options);

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

const of = (
  format: SbomFormat | "declared",
  components: readonly Component[],
  { subject }: SbomOptions = {},
): Sbom => ({
  format,
  components: components.map(component),
  ...(subject !== undefined && { subject: component(subject) }),
});
