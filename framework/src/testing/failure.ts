import type { ErrorContext, OnError } from "../on-error.ts";
import type { PhaseHost } from "../runtime/phase-host.ts";
import { reportError } from "../runtime/report-error.ts";
import type { Recording } from "./fixture/recording.ts";
import type { World } from "./fixture/world.ts";
import type { PhaseFailure } from "./outcomes.ts";

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
  throw new Error(`expected ${phase} to fail with an error, but it did not`);
}

/** A phase that is ready to run. */
export interface PreparedPhase {
  readonly host: PhaseHost;
  readonly recording: Recording;
  readonly layersDir: string;
  readonly planFile: string;
}
