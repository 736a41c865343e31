import { packagesSbom as sbomOf } from "@libcnb/app-kit/sbom/packages-sbom";
import { appComponent, components } from "./components.ts";
import type { Package } from "./package.ts";

/** The SBOMs of an app and its dependencies. */
export const packagesSbom = (packages: readonly Package[]) => sbomOf(packages, { components, subject: appComponent });
