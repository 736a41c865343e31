import { expect, type TestContext, test } from "vitest";

/** The programs that enforce a rule: only our own processes, or one of the programs that read our output. */
export type Judge = "framework" | "lifecycle" | "test kit" | "types";

/** The facts about a test for the page docs/conformance.md. */
export interface ConformanceMeta {
  readonly row?: number;
  readonly judges?: readonly Judge[];
  /** How many generated inputs `npm test` and `npm run test:all` try. */
  readonly inputs?: readonly [number, number];
}

declare module "vitest" {
  interface TaskMeta {
    conformance?: ConformanceMeta;
  }
}

/** One row of the checklist: its number, its rule in one sentence, who judged, and the cases that show it. */
export function row(number: number, rule: string, judges: readonly Judge[], cases: () => void | Promise<void>): void {
  test(`row ${number}: ${rule}`, async ({ task }) => {
    task.meta.conformance = { row: number, judges };
    expect.hasAssertions();
    await cases();
  });
}

/** Notes on a differential test how many inputs both sides got; returns the number for this run. */
export function compared({ task }: TestContext, inputs: readonly [number, number]): number {
  task.meta.conformance = { inputs };
  return inputs[process.env.LIBCNB_TEST_ALL === "1" ? 1 : 0];
}
