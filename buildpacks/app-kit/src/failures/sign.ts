/** A pattern in a tool's output that identifies a failure; the first match is used. */
export type Sign<Id extends string = string> = readonly [pattern: RegExp, id: Id];

/** The code of the first sign that matches the output. */
export const found = <Id extends string>(signs: readonly Sign<Id>[], output: string): Id | undefined =>
  signs.find(([pattern]) => pattern.test(output))?.[1];
