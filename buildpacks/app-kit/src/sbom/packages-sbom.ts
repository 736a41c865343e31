import { type Component, type Sbom, sboms } from "libcnb";

/** What a package is there for; `optional` is in the image, too, if the machine can have it. */
export type PackageScope = "runtime" | "optional" | "development";

/** The scope of a component, in CycloneDX's words. */
export const componentScopes = {
  runtime: "required",
  optional: "optional",
  development: "excluded",
} as const satisfies Readonly<Record<PackageScope, Component["scope"]>>;

/** Bills of materials of the image and of the build. */
export interface PackagesSbom {
  readonly launch: readonly Sbom[];
  readonly build: readonly Sbom[];
}

/** How a language writes packages down. */
export interface Describe<Package> {
  /** Without the app itself. */
  readonly components: (packages: readonly Package[]) => readonly Component[];
  /** The app itself, with what it depends on; `undefined` if it is not among the packages. */
  readonly subject: (packages: readonly Package[]) => Component | undefined;
}

/** What the image holds, and what the app has besides: the packages of development, too. Both are about the app itself. */
export function packagesSbom<Package extends { readonly scope: PackageScope }>(
  packages: readonly Package[],
  { components, subject }: Describe<Package>,
): PackagesSbom {
  const sbomOf = (some: readonly Package[]) => sboms(components(some), { subject: subject(some) });
  const launch = packages.filter(({ scope }) => scope !== "development");
  return { launch: sbomOf(launch), build: sbomOf(packages) };
}
