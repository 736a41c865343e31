/** Stands for vitest where a single test runs, up to the detect that is looked for. */
import { idle } from "../../recording/idle.ts";

type Work = (...args: unknown[]) => unknown;
type Named = (name: unknown, ...rest: unknown[]) => void;
type Table = (rows: readonly unknown[]) => Named;

const works: (() => unknown)[] = [];

/** Runs the test of this number in its file. */
export const runTest = (index: number): unknown => works[index]?.();

const workOf = (rest: readonly unknown[]): Work =>
  (rest.find((each) => typeof each === "function") ?? (() => {})) as Work;

interface Declared extends Named {
  readonly for: Table;
  readonly each: Table;
  readonly skipIf: () => Declared;
  readonly runIf: () => Declared;
}

/** A function that declares tests or suites, of which there is one for each row of a table. */
function declared(declare: (work: Work, args: readonly unknown[]) => void): Declared {
  const own: Declared = Object.assign(((_name, ...rest) => declare(workOf(rest), [])) as Named, {
    for: ((rows) =>
      (_name, ...rest) =>
        rows.forEach((row) => void declare(workOf(rest), [row]))) as Table,
    each: ((rows) =>
      (_name, ...rest) =>
        rows.forEach((row) => void declare(workOf(rest), Array.isArray(row) ? row : [row]))) as Table,
    skipIf: () => own,
    runIf: () => own,
  });
  return own;
}

export const test = declared((work, args) => void works.push(() => work(...args, idle())));
export const describe = declared((work, args) => void work(...args));
export const [beforeAll, beforeEach, afterAll, afterEach] = Array<() => void>(4).fill(() => {});
/** No expectation fails: a test goes on to the detect that is looked for. */
export const expect = idle();
export const vi = idle();
