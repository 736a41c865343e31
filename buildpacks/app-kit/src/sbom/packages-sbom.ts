import { type Component, type Sbom, sboms } from "libcnb";

/**
 * The purpose for which an app needs a package. An `optional` package is only in the image if the
 * machine supports it.
 */
export type PackageScope = "runtime" | "optional" | "development";

/** The scope of a component, in CycloneDX's words. */
export const componentScopes = {
  runtime: "required",
  optional: "optional",
  development: "excluded",
} as const satisfies Readonly<Record<PackageScope, Component["scope"]>>;

/** The SBOM of the image and that of the build. */
export interface PackagesSbom {
  readonly launch: readonly Sbom[];
  readonly build: readonly Sbom[];
}

/** The functions that describe a language's packages. */
export interface Describe<Package> {
  /** Converts packages to components, without the app itself. */
  readonly components: (packages: readonly Package[]) => readonly Component[];
  /** Returns the app itself with its dependencies; `undefined` if it is not among the packages. */
  readonly subject: (packages: readonly Package[]) => Component | undefined;
}

/**
 * Creates the SBOM of the image, and that of the app with its development packages. The app is the
 * subject of both.
 */
export function packagesSbom<Package extends { readonly scope: PackageScope }>(
  packages: readonly Package[],
  { components, subject }: Describe<Package>,
): PackagesSbom {
  const sbomOf = (some: readonly Package[]) => sboms(components(some), { subject: subject(some) });
  const launch = packages.filter(({ scope }) => scope !== "development");
  return { launch: sbomOf(launch), build: sbomOf(packages) };
}
