import { expect, type MatcherState } from "vitest";
import type { Table } from "../spec/schemas/schema.ts";
import type { PhaseRecording } from "./fixture/recording.ts";
import type { GroupDetection, GroupOutcome } from "./group/group.ts";
import {
  type ExpectedLayer,
  type ExpectedProcess,
  hasEnv,
  hasLayer,
  hasLogged,
  hasProcess,
  hasRun,
} from "./matchers/build.ts";
import { failsWith, passes, provides, requires } from "./matchers/detection.ts";
import type { Contains, Verdict } from "./matchers/verdict.ts";
import type { BuildOutcome, DetectOutcome } from "./outcomes.ts";

export type { ExpectedLayer, ExpectedProcess };

/**
 * The matchers that `import "libcnb/testing/vitest"` adds to `expect(outcome)`. Expected objects
 * may omit fields.
 */
export interface BuildpackMatchers<R = void> {
  /** Passes if detection passed. */
  toPass(): R;
  /**
   * Passes if detection failed with exactly this reason, or with a reason that matches this
   * pattern.
   */
  toFail(reason?: string | RegExp): R;
  /** Passes if an alternative of the build plan provides all these names. */
  toProvide(...names: readonly string[]): R;
  /** Passes if an alternative of the build plan requires the name with this metadata. */
  toRequire(name: string, metadata?: Table): R;
  /**
   * Passes if the build has a matching layer: `{ types: ["launch", "cache"], metadata: { version:
   * "22" } }`.
   */
  toHaveLayer(name: string, expected?: ExpectedLayer): R;
  /**
   * Passes if the build, or the image of a group, has a matching process: `{ command: ["node",
   * "server.js"], default: true }`.
   */
  toHaveProcess(type: string, expected?: ExpectedProcess): R;
  /**
   * Passes if a process gets these variables from the launch layers, as the launcher composes them.
   * For null, these are the variables that all processes get.
   */
  toHaveEnv(processType: string | null, expected: Readonly<Record<string, unknown>>): R;
  /** Passes if a line of the log contains this text or matches this pattern. */
  toHaveLogged(text: string | RegExp): R;
  /** Passes if a tool was run with these arguments. */
  toHaveRun(tool: string, args?: readonly unknown[]): R;
}

declare module "vitest" {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends BuildpackMatchers<R> {}
}

expect.extend({
  toPass: (outcome: DetectOutcome | GroupDetection) => shown(passes(outcome)),
  toFail: (outcome: DetectOutcome | GroupDetection, reason?: string | RegExp) => shown(failsWith(outcome, reason)),
  toProvide: (outcome: DetectOutcome, ...names: string[]) => shown(provides(outcome, names)),
  toRequire(outcome: DetectOutcome, name: string, metadata: Table = {}) {
    return shown(requires(outcome, name, metadata, containsIn(this)));
  },
  toHaveLayer(outcome: BuildOutcome, name: string, expected: ExpectedLayer = {}) {
    return shown(hasLayer(outcome, name, expected, containsIn(this)));
  },
  toHaveProcess(outcome: BuildOutcome | GroupOutcome, type: string, expected: ExpectedProcess = {}) {
    return shown(hasProcess(outcome, type, expected, containsIn(this)));
  },
  toHaveEnv(outcome: BuildOutcome | GroupOutcome, type: string | null, expected: Readonly<Record<string, unknown>>) {
    return shown(hasEnv(outcome, type ?? undefined, expected, containsIn(this)));
  },
  toHaveLogged: (outcome: PhaseRecording, text: string | RegExp) => shown(hasLogged(outcome, text)),
  toHaveRun(outcome: PhaseRecording, tool: string, args?: readonly unknown[]) {
    return shown(hasRun(outcome, tool, args, containsIn(this)));
  },
});

const containsIn =
  ({ equals, utils, customTesters }: MatcherState): Contains =>
  (actual, expected) =>
    equals(actual, expected, [...customTesters, utils.iterableEquality, utils.subsetEquality]);

const shown = ({ message, ...verdict }: Verdict) => ({ ...verdict, message: () => message });
