/** The type of a statement that is only a signature, as cosign 3 writes it. */
export const signatureType = "https://sigstore.dev/cosign/sign/v1";

/** The type of SLSA provenance v1. */
export const provenanceType = "https://slsa.dev/provenance/v1";

/** The types of attestations that contain an SBOM, by format. */
export const sbomTypes = { cdx: "https://cyclonedx.org/bom", spdx: "https://spdx.dev/Document" } as const;

/** The short names of predicate types, which are the same as cosign's. */
const shortNames: Readonly<Record<string, string>> = {
  slsaprovenance1: provenanceType,
  cyclonedx: sbomTypes.cdx,
  spdxjson: sbomTypes.spdx,
  vuln: "https://cosign.sigstore.dev/attestation/vuln/v1",
};

/** All short names of predicate types. */
export const predicateNames: readonly string[] = Object.keys(shortNames);

/**
 * Returns the URI of the predicate type that a short name stands for. A URI is returned unchanged.
 * The result is undefined for any other text.
 */
export const predicateTypeOf = (name: string): string | undefined =>
  shortNames[name] ?? (/^[a-z][a-z0-9+.-]*:\S+$/i.test(name) ? name : undefined);
