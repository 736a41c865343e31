import type { ManagerName } from "../package-manager.ts";

/**
 * pip's requirement for a tool. PDM lists tested versions in an extra, because newer releases of
 * its dependencies have broken it. pip installs releases of PDM without this extra as well.
 */
export const requirementOf = (name: ManagerName): string => (name === "pdm" ? "pdm[locked]" : name);
