import type { Buildpack } from "../buildpack.ts";
import type { BuildPlan } from "../spec/build-plan.ts";
import type { Target } from "../spec/target.ts";
import type { FileMap } from "./file-map.ts";
import { type GivenBuildpack, runDetect } from "./sandbox.ts";

/** The world that detect sees. Everything may be left out. */
export interface DetectGiven {
  /** Files of the application. */
  readonly app?: FileMap;
  /** Variables that the user set for the build. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: linux/amd64. */
  readonly target?: Target;
  /** Default: `production`. */
  readonly execEnv?: string;
  readonly buildpack?: GivenBuildpack;
}

/** What detect did. */
export type DetectOutcome =
  | { readonly outcome: "pass"; readonly plan: BuildPlan; readonly log: readonly string[] }
  | { readonly outcome: "fail"; readonly reason: string; readonly log: readonly string[] };

/**
 * Runs a buildpack's detect on files in memory, as the lifecycle would: the same code as the executable, temporary directories, no Docker.
 * Errors are thrown.
 *
 * @example `expect(await detect(buildpack, { app: { "package.json": "{}" } })).toMatchObject({ outcome: "pass" })`
 */
export async function detect(buildpack: Buildpack, given: DetectGiven = {}): Promise<DetectOutcome> {
  return runDetect(buildpack, given);
}
