import type { Explanation } from "@libcnb/app-kit/failures/explanation";
import { buildExplanations } from "./build-explanations.ts";
import { installExplanations } from "./install-explanations.ts";

/** All recognized failures by stable codes: the same for all tools, documented in README.md. */
export const catalogue = { ...installExplanations, ...buildExplanations };

/** A code of the catalogue. */
export type FailureId = keyof typeof catalogue;

/** The explanation of an error code. */
export const explanationOf = (id: FailureId): Explanation => catalogue[id];
