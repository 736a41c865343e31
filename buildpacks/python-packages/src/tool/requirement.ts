import type { ManagerName } from "../package-manager.ts";

/**
 * Returns pip's requirement for a tool. For PDM, it includes the extra that lists tested versions,
 * because newer releases of its dependencies have broken PDM. pip also installs releases of PDM
 * without this extra.
 */
export const requirementOf = (name: ManagerName): string => (name === "pdm" ? "pdm[locked]" : name);
