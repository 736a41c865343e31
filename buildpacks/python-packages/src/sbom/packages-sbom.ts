import { type Sbom, sboms } from "libcnb";
import type { Package } from "../package-manager.ts";
import { appComponent, components } from "./components.ts";

/** Bills of materials of the image and of the build. */
export interface PackagesSbom {
  readonly launch: readonly Sbom[];
  readonly build: readonly Sbom[];
}

/** What the image holds, and what the app has besides: the packages of development, too. Both are about the app itself. */
export function packagesSbom(packages: readonly Package[]): PackagesSbom {
  const launch = packages.filter(({ scope }) => scope !== "development");
  return { launch: sbomOf(launch), build: sbomOf(packages) };
}

const sbomOf = (packages: readonly Package[]): readonly Sbom[] =>
  sboms(components(packages), { subject: appComponent(packages) });
