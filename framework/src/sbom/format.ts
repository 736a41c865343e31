/** The SBOM formats, each with the version that the framework writes. */
export const sbomFormats = {
  // 1.6 and not 1.7: common image scanners read 1.6 and no newer version
  cyclonedx: { title: "CycloneDX", extension: "cdx.json", version: "1.6" },
  spdx: { title: "SPDX", extension: "spdx.json", version: "2.3" },
  syft: { title: "Syft JSON", extension: "syft.json", version: "16.1.10" },
} as const;

/** The name of an SBOM format that the framework writes. */
export type SbomFormat = keyof typeof sbomFormats;
