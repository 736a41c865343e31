import type { FailureId } from "./catalogue.ts";

/** By what a failure is recognised in what a tool prints: the first that is found counts. */
export type Sign = readonly [pattern: RegExp, id: FailureId];

/** The code of the first sign that is found. */
export const found = (signs: readonly Sign[], output: string): FailureId | undefined =>
  signs.find(([pattern]) => pattern.test(output))?.[1];
