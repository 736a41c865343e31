import type { Buildpack } from "../buildpack.ts";
import type { BuildPlan } from "../spec/build-plan.ts";
import type { Recorded } from "./recording.ts";
import { type PhaseGiven, runDetect } from "./sandbox.ts";

/** The world that detect sees. Everything may be left out. */
export interface DetectGiven extends PhaseGiven {}

/** What detect did. */
export type DetectOutcome = Recorded &
  ({ readonly outcome: "pass"; readonly plan: BuildPlan } | { readonly outcome: "fail"; readonly reason: string });

/**
 * Runs a buildpack's detect on files in memory, as the lifecycle would: the same code as the executable, temporary directories, no Docker.
 * Errors are thrown.
 *
 * @example `expect(await detect(buildpack, { app: { "package.json": "{}" } })).toMatchObject({ outcome: "pass" })`
 */
export async function detect(buildpack: Buildpack, given: DetectGiven = {}): Promise<DetectOutcome> {
  return runDetect(buildpack, given);
}
