import type { ManagerName } from "../package-manager.ts";

/**
 * The requirement by which pip gets a tool. PDM says itself, in an extra, what it has been tested with: newer releases of what it
 * needs have broken it. pip installs releases of PDM that are older than this extra without it.
 */
export const requirementOf = (name: ManagerName): string => (name === "pdm" ? "pdm[locked]" : name);
