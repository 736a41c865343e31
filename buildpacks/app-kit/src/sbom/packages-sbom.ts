import { type Component, type Sbom, sboms } from "libcnb";

/**
 * The purpose for which an app needs a package. An `optional` package is only in the image if the
 * machine supports it.
 */
export type PackageScope = "runtime" | "optional" | "development";

/** The scope of a component in CycloneDX, by the scope of the package. */
export const componentScopes = {
  runtime: "required",
  optional: "optional",
  development: "excluded",
} as const satisfies Readonly<Record<PackageScope, Component["scope"]>>;

/** The SBOM of the image and that of the build. */
interface PackagesSbom {
  readonly launch: readonly Sbom[];
  readonly build: readonly Sbom[];
}

/** The functions that describe a language's packages. */
interface Describe<Package> {
  /** Converts packages to components, without the app itself. */
  readonly components: (packages: readonly Package[]) => readonly Component[];
  /** Returns the app itself with its dependencies; `undefined` if it is not among the packages. */
  readonly subject: (packages: readonly Package[]) => Component | undefined;
}

/**
 * Creates two SBOMs: one of the image, and one of the app with its development packages. The app is
 * the subject of both.
 */
export function packagesSbom<Package extends { readonly scope: PackageScope }>(
  packages: readonly Package[],
  { components, subject }: Describe<Package>,
): PackagesSbom {
  const sbomOf = (some: readonly Package[]) => sboms(components(some), { subject: subject(some) });
  const launch = packages.filter(({ scope }) => scope !== "development");
  return { launch: sbomOf(launch), build: sbomOf(packages) };
}

/** Encodes a part of a Package URL. Lone surrogates, which cannot be encoded, are replaced. */
export const urlPart = (text: string): string => encodeURIComponent(text.toWellFormed());

/**
 * Formats a Package URL.
 *
 * @param path the names of the groups and of the package, one element each
 * @param version may be empty
 * @param qualifier `?vcs_url=…`, or empty
 * @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst
 */
export const packageUrl = (type: string, path: readonly string[], version: string, qualifier: string): string =>
  `pkg:${type}/${path.map(urlPart).join("/")}${version === "" ? "" : `@${urlPart(version)}`}${qualifier}`;

const hexDigits: Readonly<Record<string, number>> = { md5: 32, sha1: 40, sha256: 64, sha384: 96, sha512: 128 };

/**
 * True if a hexadecimal text has the length of an algorithm's digests; false for an unknown
 * algorithm.
 */
export const isDigest = (algorithm: string, hex: string): boolean =>
  Object.hasOwn(hexDigits, algorithm) && hex.length === hexDigits[algorithm];
