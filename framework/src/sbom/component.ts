import { LibcnbError } from "../errors.ts";

/** Algorithms of checksums, as package managers and release pages name them. */
export type ChecksumAlgorithm = "md5" | "sha1" | "sha256" | "sha384" | "sha512";

/** One thing that a layer holds. */
export interface Component {
  /** Default: library. */
  readonly type?: "application" | "framework" | "library" | "container" | "operating-system" | "file";
  readonly name: string;
  readonly version?: string;
  /** Namespace of the name, such as an npm scope `@babel` or a Maven group. */
  readonly group?: string;
  /** Package URL, `pkg:generic/node@22.1.0`. */
  readonly purl?: string;
  readonly cpe?: string;
  readonly description?: string;
  /** SPDX ids, SPDX expressions, or names of other licences. */
  readonly licenses?: readonly string[];
  /** Checksums in hexadecimal digits, of the file the component was installed from. */
  readonly checksums?: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
  /** Where it was downloaded from. */
  readonly downloadUrl?: string;
}

/**
 * A component of an SBOM; checks its Package URL and checksums.
 *
 * @throws LibcnbError SBOM_INVALID
 * @example `component({ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0", licenses: ["MIT"] })`
 */
export function component(given: Component): Component {
  if (given.name === "") throw invalid(given, "it has no name");
  if (given.purl !== undefined && !/^pkg:[A-Za-z][A-Za-z0-9.+-]*\/\S+$/.test(given.purl)) {
    throw invalid(given, `${JSON.stringify(given.purl)} is not a Package URL`);
  }
  for (const [algorithm, checksum] of Object.entries(given.checksums ?? {})) {
    if (!isChecksum(algorithm, checksum))
      throw invalid(given, `${JSON.stringify(checksum)} is not a ${algorithm} in hexadecimal digits`);
  }
  return given;
}

const hexDigits: Readonly<Record<string, number>> = { md5: 32, sha1: 40, sha256: 64, sha384: 96, sha512: 128 };

function isChecksum(algorithm: string, checksum: string): boolean {
  return checksum.length === hexDigits[algorithm] && /^[0-9a-f]+$/i.test(checksum);
}

function invalid({ name }: Component, why: string): LibcnbError<"SBOM_INVALID"> {
  return new LibcnbError("SBOM_INVALID", `the SBOM component ${JSON.stringify(name)} is not valid: ${why}`, {
    hint: "Correct it in the buildpack.",
  });
}
