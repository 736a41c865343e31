/** By what a failure is recognised in what a tool prints: the first that is found counts. */
export type Sign<Id extends string = string> = readonly [pattern: RegExp, id: Id];

/** The code of the first sign that is found. */
export const found = <Id extends string>(signs: readonly Sign<Id>[], output: string): Id | undefined =>
  signs.find(([pattern]) => pattern.test(output))?.[1];
