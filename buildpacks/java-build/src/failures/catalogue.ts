import type { Explanation } from "@libcnb/app-kit/failures/explanation";
import { buildExplanations } from "./build-explanations.ts";
import { dependencyExplanations } from "./dependency-explanations.ts";

/** All that is recognised, by stable codes: the same for both tools, documented in README.md. */
export const catalogue = { ...dependencyExplanations, ...buildExplanations };

/** A code of the catalogue. */
export type FailureId = keyof typeof catalogue;

/** What an error with that code says. */
export const explanationOf = (id: FailureId): Explanation => catalogue[id];
