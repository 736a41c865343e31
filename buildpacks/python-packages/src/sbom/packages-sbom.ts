import { packagesSbom as sbomOf } from "@libcnb/app-kit/sbom/packages-sbom";
import type { Package } from "../package-manager.ts";
import { appComponent, components } from "./components.ts";

/** The SBOMs of an app's packages. */
export const packagesSbom = (packages: readonly Package[]) => sbomOf(packages, { components, subject: appComponent });
