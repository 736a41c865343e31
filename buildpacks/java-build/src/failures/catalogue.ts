import type { Explanation } from "@libcnb/app-kit/failures/explanation";
import { buildExplanations } from "./build-explanations.ts";
import { dependencyExplanations } from "./dependency-explanations.ts";

/**
 * All recognized failures, by stable code. The codes are the same for both tools and are documented
 * in README.md.
 */
export const catalogue = { ...dependencyExplanations, ...buildExplanations };

/** A code of the catalogue. */
export type FailureId = keyof typeof catalogue;

/** The explanation of an error code. */
export const explanationOf = (id: FailureId): Explanation => catalogue[id];
