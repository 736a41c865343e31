import { expect } from "vitest";
import * as real from "../../../../../framework/src/testing/build.ts";
import { isSlow } from "../tests.ts";

/** Slow tests would install what they download. */
const buildsNothing = isSlow(expect.getState().testPath ?? "");
const nothing = async (): Promise<never> => {
  throw new Error("a recording builds nothing");
};

export const build: typeof real.build = (...args) => (buildsNothing ? nothing() : real.build(...args));
export const buildFailure: typeof real.buildFailure = (...args) =>
  buildsNothing ? nothing() : real.buildFailure(...args);
