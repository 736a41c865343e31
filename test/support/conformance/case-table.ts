import { expect } from "vitest";

/** Cases by what they show: what is given, and what has to come of it. */
export type CaseTable<Inputs, Outcome> = Readonly<Record<string, readonly [given: Inputs, expected: Outcome]>>;

/** Tries all cases at once, and compares all outcomes, so that a failure shows each case that fails. */
export async function expectEach<Inputs, Outcome>(
  table: CaseTable<Inputs, Outcome>,
  run: (given: Inputs) => Outcome | Promise<Outcome>,
): Promise<void> {
  const cases = Object.entries(table);
  const outcomes = await Promise.all(cases.map(async ([name, [given]]) => [name, await run(given)] as const));
  const expected = cases.map(([name, [, outcome]]) => [name, outcome] as const);
  expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(expected));
}
