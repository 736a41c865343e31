import { defined } from "../defined.ts";
import { sbomComponent } from "./component.ts";
import type { Component } from "./component-model.ts";
import type { SbomFormat } from "./format.ts";
import { checkRawSbom } from "./raw.ts";

/**
 * A software bill of materials (SBOM) for a layer, for the image, or for the build environment. The
 * framework writes it as a file next to the layers when the build ends.
 *
 * Usually, SBOMs are created with `sboms`: a list of components becomes a document in each format
 * that `sbom-formats` of buildpack.toml declares. `cycloneDx`, `spdx` and `syft` write one format.
 * `rawSbom` accepts the document of a tool, such as `npm sbom`.
 *
 * A layer's SBOM describes the layer's contents, and stays with it if a later build reuses the
 * layer. `sbom.launch` of the result describes parts of the image that are not in a layer, such as
 * packages in the app.
 *
 * @example
 * ```ts
 * const documents: readonly Sbom[] = sboms([{ name: "ms", version: "2.1.3", purl: "pkg:npm/ms@2.1.3" }]);
 * const result: BuildResult = { sbom: { launch: documents } };
 * ```
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#software-bill-of-materials
 */
export type Sbom = ComponentsSbom | RawSbom;

/** Components to write in one format, or in each format that buildpack.toml declares. */
export interface ComponentsSbom {
  readonly format: SbomFormat | "declared";
  readonly components: readonly Component[];
  /** The subject of the document. */
  readonly subject?: Component | undefined;
}

/** Options of an SBOM in addition to its components. */
export interface SbomOptions {
  /**
   * The subject of the document, such as the app itself, with its direct `dependencies`. Default:
   * none. All parts of a document must have the same subject.
   */
  readonly subject?: Component | undefined;
}

/** An SBOM document made by a tool. */
export interface RawSbom {
  readonly format: SbomFormat;
  /** The specification version of the document. */
  readonly version: string;
  readonly text: string;
}

/**
 * Creates SBOMs of the components in every format in `sbom-formats` of buildpack.toml: CycloneDX
 * 1.6, SPDX 2.3, Syft JSON. The same components give the same bytes: they are sorted, and there are
 * no random numbers or times.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when the SBOM is written, if
 * buildpack.toml declares no format
 * @example `sboms([{ name: "ms", version: "2.1.3", purl: "pkg:npm/ms@2.1.3" }], { subject: { name:
 * "app", dependencies: ["ms"] } })`
 */
export const sboms = (components: readonly Component[], options?: SbomOptions): readonly Sbom[] => [
  of("declared", components, options),
];

/**
 * Creates a CycloneDX 1.6 SBOM. buildpack.toml must declare `application/vnd.cyclonedx+json` in
 * `sbom-formats`.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when the SBOM is written
 * @example `cycloneDx([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])`
 */
export const cycloneDx = (components: readonly Component[], options?: SbomOptions): Sbom =>
  of("cyclonedx", components, options);

/**
 * Creates an SPDX 2.3 SBOM. buildpack.toml must declare `application/spdx+json` in `sbom-formats`.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when the SBOM is written
 * @example `spdx([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])`
 */
export const spdx = (components: readonly Component[], options?: SbomOptions): Sbom => of("spdx", components, options);

/**
 * Creates a Syft JSON SBOM. buildpack.toml must declare `application/vnd.syft+json` in
 * `sbom-formats`. The format has no fields for checksums, suppliers, descriptions or URLs.
 *
 * @throws LibcnbError SBOM_INVALID; SBOM_FORMAT_UNDECLARED when the SBOM is written
 * @example `syft([{ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0" }])`
 */
export const syft = (components: readonly Component[], options?: SbomOptions): Sbom => of("syft", components, options);

/**
 * Wraps an SBOM document created by a tool. The document is written unchanged, so it must be the
 * only one in its format for the layer, the image or the build.
 *
 * @throws LibcnbError SBOM_INVALID if the text is not JSON of the format; SBOM_UNMERGEABLE when the
 * SBOM is written
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
  components: components.map(sbomComponent),
  ...defined({ subject: subject && sbomComponent(subject) }),
});
