import { packagesSbom as sbomOf } from "@libcnb/app-kit/sbom/packages-sbom";
import { appComponent, components } from "./components.ts";
import type { Package } from "./package.ts";

/** The bills of materials of an app and of what it was built of. */
export const packagesSbom = (packages: readonly Package[]) => sbomOf(packages, { components, subject: appComponent });
