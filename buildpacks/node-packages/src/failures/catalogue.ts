import type { Explanation } from "@libcnb/app-kit/failures/explanation";
import { installExplanations } from "./install-explanations.ts";
import { nativeExplanations } from "./native-explanations.ts";
import { scriptExplanations } from "./script-explanations.ts";

/**
 * All recognized failures, by stable code. The codes are the same for all package managers and are
 * documented in README.md.
 */
export const catalogue = { ...installExplanations, ...nativeExplanations, ...scriptExplanations };

/** A code of the catalogue. */
export type FailureId = keyof typeof catalogue;

/** The explanation of an error code. */
export const explanationOf = (id: FailureId): Explanation => catalogue[id];
