import { type Component, type Sbom, sboms } from "libcnb";

/** The use of a package. An `optional` package is in the image if the machine supports it. */
export type PackageScope = "runtime" | "optional" | "development";

/** The scope of a component, in CycloneDX's words. */
export const componentScopes = {
  runtime: "required",
  optional: "optional",
  development: "excluded",
} as const satisfies Readonly<Record<PackageScope, Component["scope"]>>;

/** The SBOMs of the image and of the build. */
export interface PackagesSbom {
  readonly launch: readonly Sbom[];
  readonly build: readonly Sbom[];
}

/** The functions that describe a language's packages. */
export interface Describe<Package> {
  /** The components without the app itself. */
  readonly components: (packages: readonly Package[]) => readonly Component[];
  /** The app itself with its dependencies; `undefined` if it is not among the packages. */
  readonly subject: (packages: readonly Package[]) => Component | undefined;
}

/** The SBOMs of the image and of the app including development packages, both with the app as subject. */
export function packagesSbom<Package extends { readonly scope: PackageScope }>(
  packages: readonly Package[],
  { components, subject }: Describe<Package>,
): PackagesSbom {
  const sbomOf = (some: readonly Package[]) => sboms(components(some), { subject: subject(some) });
  const launch = packages.filter(({ scope }) => scope !== "development");
  return { launch: sbomOf(launch), build: sbomOf(packages) };
}
