import type { BuildResult } from "../build.ts";
import type { GenerateResult } from "../extension/extension.ts";
import type { BuildPlan } from "../spec/build-plan.ts";
import type { FileMap } from "./fixture/file-map.ts";
import type { PhaseRecording } from "./fixture/recording.ts";
import type { ParsedOutputs } from "./parsed.ts";

/** The result of a failed phase in a test. */
export interface PhaseFailure extends PhaseRecording {
  /** The error that was thrown. `stderr` contains its text as in a real build. */
  readonly error: unknown;
  /** The exit code of the executable. */
  readonly exitCode: number;
}

/** The result of a build in a test: the returned value, all written files, and the recorded log. */
export interface BuildOutcome extends PhaseRecording {
  readonly result: BuildResult;
  /** All files of the layers directory, including launch.toml, build.toml and store.toml. */
  readonly layers: FileMap;
  /** All files of the application directory after the build. */
  readonly app: FileMap;
  /**
   * The files in `layers` as the lifecycle reads them. The property is not enumerable, so that a
   * snapshot of the outcome has no duplicates.
   */
  readonly parsed: ParsedOutputs;
}

/** The result of a failed build in a test. */
export interface BuildFailure extends PhaseFailure {
  /** All files of the layers directory. */
  readonly layers: FileMap;
}

/** The result of detect in a test: the plan or the reason for failing, and the recorded log. */
export type DetectOutcome = PhaseRecording &
  ({ readonly outcome: "pass"; readonly plan: BuildPlan } | { readonly outcome: "fail"; readonly reason: string });

/**
 * The result of generate in a test: the returned value, all written files, and the recorded log.
 */
export interface GenerateOutcome extends PhaseRecording {
  readonly result: GenerateResult;
  /** All files of the output directory: build.Dockerfile, run.Dockerfile, extend-config.toml, contexts. */
  readonly output: FileMap;
}
