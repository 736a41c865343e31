import type { ErrorContext, OnError } from "../on-error.ts";
import { reportError } from "../runtime/report-error.ts";
import type { Recorded } from "./given/recording.ts";
import type { World } from "./given/world.ts";
import type { PreparedPhase } from "./sandbox.ts";

/** The result of a failed phase. */
export interface PhaseFailure extends Recorded {
  /** The thrown error. It is shown on `stderr` as in a real build. */
  readonly error: unknown;
  /** The executable's exit code. */
  readonly exitCode: number;
}

/** A phase that is expected to fail. */
export interface FailingPhase {
  readonly phase: ErrorContext["phase"];
  readonly prepared: PreparedPhase;
  readonly onError: OnError | undefined;
}

/** Runs a phase that is expected to fail, and renders its error. */
export async function failureOf(
  world: World,
  { phase, prepared: { host, recording }, onError }: FailingPhase,
  run: () => Promise<unknown>,
): Promise<PhaseFailure> {
  try {
    await run();
  } catch (error) {
    const { id, version, homepage } = host.descriptor.buildpack;
    const buildpack = { id, version, homepage, dir: host.buildpackDir, metadata: host.descriptor.metadata };
    const exitCode = await reportError(error, { onError, where: { phase, log: host.log, buildpack } }, recording);
    return { error, exitCode, ...recording.recorded(world.rename) };
  }
  throw new Error(`${phase} was to fail with an error and did not`);
}
