import type { BuildResult } from "../build.ts";
import type { GenerateResult } from "../extension/extension.ts";
import type { BuildPlan } from "../spec/build-plan.ts";
import type { FileMap } from "./fixture/file-map.ts";
import type { Recorded } from "./fixture/recording.ts";
import type { ParsedOutputs } from "./parsed.ts";

/** The result of a failed phase. */
export interface PhaseFailure extends Recorded {
  /** The thrown error. It is shown on `stderr` as in a real build. */
  readonly error: unknown;
  /** The executable's exit code. */
  readonly exitCode: number;
}

/** The result of build. */
export interface BuildOutcome extends Recorded {
  readonly result: BuildResult;
  /** All files of the layers directory, among them launch.toml, build.toml, store.toml. */
  readonly layers: FileMap;
  /** All files of the application directory after the build. */
  readonly app: FileMap;
  /**
   * `layers` as the lifecycle reads it. It is not enumerable, so that a snapshot of the outcome has
   * no duplicates.
   */
  readonly parsed: ParsedOutputs;
}

/** The result of a failed build. */
export interface BuildFailure extends PhaseFailure {
  /** All files of the layers directory. */
  readonly layers: FileMap;
}

/** The result of detect. */
export type DetectOutcome = Recorded &
  ({ readonly outcome: "pass"; readonly plan: BuildPlan } | { readonly outcome: "fail"; readonly reason: string });

/** The result of generate. */
export interface GenerateOutcome extends Recorded {
  readonly result: GenerateResult;
  /** All files of the output directory: build.Dockerfile, run.Dockerfile, extend-config.toml, contexts. */
  readonly output: FileMap;
}
