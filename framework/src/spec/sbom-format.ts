/** The extensions of the SBOM files that the specification defines, with their media types. */
export const sbomMediaTypes = {
  "cdx.json": "application/vnd.cyclonedx+json",
  "spdx.json": "application/spdx+json",
  "syft.json": "application/vnd.syft+json",
} as const;

/** The extension of an SBOM file: `<layer>.sbom.<extension>`. */
export type SbomExtension = keyof typeof sbomMediaTypes;

/** An entry of `sbom-formats` in buildpack.toml. */
export interface DeclaredSbomFormat {
  /** The entry as written. */
  readonly text: string;
  /** The file extension; undefined if the specification does not define the media type. */
  readonly extension: SbomExtension | undefined;
  /** The value of the parameter `version`. */
  readonly version: string | undefined;
}

/**
 * Parses the media types of `sbom-formats`, such as `application/vnd.cyclonedx+json;version=1.6`.
 *
 * @example `declaredSbomFormats(["application/spdx+json;version=2.3"])[0]?.version // "2.3"`
 */
export function declaredSbomFormats(declared: readonly string[]): readonly DeclaredSbomFormat[] {
  return declared.map((text) => {
    const [, mediaType = "", parameters = ""] = mediaTypePattern.exec(text) ?? [];
    const version = versionPattern.exec(parameters);
    return { text, extension: extensionOf(mediaType.toLowerCase()), version: version?.[1] ?? version?.[2] };
  });
}

/**
 * True if buildpack.toml declares the format, with any parameters such as `;version=1.4`.
 *
 * @example `declaresSbomFormat(["application/vnd.cyclonedx+json;version=1.6"], "cdx.json") // true`
 */
export function declaresSbomFormat(declared: readonly string[], extension: SbomExtension): boolean {
  return declaredSbomFormats(declared).some((each) => each.extension === extension);
}

// RFC 2045, as the lifecycle reads it: parameters are tokens or quoted, and a ";" at the end may have no parameter
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameter = `\\s*;\\s*${token}=(?:${token}|"[^"\\\\]*")`;
const mediaTypePattern = new RegExp(`^\\s*(${token}/${token})((?:${parameter})*)\\s*(?:;\\s*)?$`);
const versionPattern = new RegExp(`;\\s*version=(?:(${token})|"([^"]*)")`, "i");

const extensionOf = (mediaType: string): SbomExtension | undefined =>
  (Object.keys(sbomMediaTypes) as SbomExtension[]).find((extension) => sbomMediaTypes[extension] === mediaType);
