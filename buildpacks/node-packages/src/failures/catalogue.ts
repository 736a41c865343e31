import type { Explanation } from "@libcnb/app-kit/failures/explanation";
import { installExplanations } from "./install-explanations.ts";
import { nativeExplanations } from "./native-explanations.ts";
import { scriptExplanations } from "./script-explanations.ts";

/** All that is recognised, by stable codes: the same for all package managers, documented in README.md. */
export const catalogue = { ...installExplanations, ...nativeExplanations, ...scriptExplanations };

/** A code of the catalogue. */
export type FailureId = keyof typeof catalogue;

/** What an error with that code says. */
export const explanationOf = (id: FailureId): Explanation => catalogue[id];
