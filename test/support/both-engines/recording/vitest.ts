/** Stands for vitest: collects tests, and runs them one by one whatever they throw. */
import { appsIn } from "./builds.ts";
import { idle } from "./idle.ts";

type Work = (...args: unknown[]) => unknown;
type Named = (name: unknown, ...rest: unknown[]) => void;

let works: (() => unknown)[] = [];

/** Runs the tests that were collected since the last call. */
export async function runTests(): Promise<void> {
  const collected = works;
  works = [];
  for (const work of collected) {
    try {
      await Promise.race([work(), new Promise((resolve) => setTimeout(resolve, 60_000).unref())]);
    } catch {
      // the build that a test asks for has no image, so each test ends early
    }
  }
}

const workOf = (rest: readonly unknown[]): Work =>
  (rest.find((each) => typeof each === "function") ?? (() => {})) as Work;

const rows =
  (table: readonly unknown[]): Named =>
  (_name, ...rest) => {
    const work = workOf(rest);
    for (const row of table) {
      works.push(() => appsIn(row));
      works.push(() => work(row));
    }
  };

interface Test extends Named {
  readonly for: (table: readonly unknown[]) => Named;
  readonly each: (table: readonly unknown[]) => Named;
  readonly skipIf: () => Test;
  readonly runIf: () => Test;
}

export const test: Test = Object.assign(((_name, ...rest) => void works.push(workOf(rest))) as Named, {
  for: rows,
  each: rows,
  skipIf: () => test,
  runIf: () => test,
});
export const describe = Object.assign(((_name, ...rest) => void workOf(rest)()) as Named, {
  for:
    (table: readonly unknown[]): Named =>
    (_name, ...rest) => {
      for (const row of table) workOf(rest)(row);
    },
});
const hook = (work: Work): void => void works.push(() => work());
export const beforeAll = hook;
export const beforeEach = hook;
export const afterAll = (): void => {};
export const afterEach = (): void => {};
/** A test is about what it has built from here on. */
export const expect = Object.assign(
  () => {
    throw new Error("nothing is built");
  },
  { stringContaining: idle, stringMatching: idle, objectContaining: idle, arrayContaining: idle, any: idle },
);
export const vi = idle();
export const onTestFinished = idle();
