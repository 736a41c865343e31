/** Extensions of the SBOM files that the specification knows, with their media types. */
export const sbomMediaTypes = {
  "cdx.json": "application/vnd.cyclonedx+json",
  "spdx.json": "application/spdx+json",
  "syft.json": "application/vnd.syft+json",
} as const;

/** The extension of an SBOM file: `<layer>.sbom.<extension>`. */
export type SbomExtension = keyof typeof sbomMediaTypes;

/**
 * Whether buildpack.toml declares the format; parameters such as `;version=1.4` do not matter.
 *
 * @example `declaresSbomFormat(["application/vnd.cyclonedx+json;version=1.6"], "cdx.json") // true`
 */
export function declaresSbomFormat(declared: readonly string[], extension: SbomExtension): boolean {
  return declared.some((format) => format.split(";", 1)[0]?.trim() === sbomMediaTypes[extension]);
}
