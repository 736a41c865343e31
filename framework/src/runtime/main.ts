import type { Buildpack } from "../buildpack.ts";
import { hostProcess } from "../host/host-process.ts";
import { runPhase } from "./run-phase.ts";

/** The buildpacks an executable holds, by id, each loaded only if it is the one to run. */
export type BuildpackModules = Readonly<Record<string, () => Promise<{ readonly default: Buildpack }>>>;

/**
 * The entry of a compiled buildpack executable. Which phase is told by the base name it was called by (`detect`, `build`), which buildpack
 * by the buildpack.toml of CNB_BUILDPACK_DIR. Ends the process with 0, 100 (detect does not apply), 1, 254, 255.
 *
 * @example `await runBuildpacks({ "examples/hello": async () => ({ default: buildpack }) })`
 */
export async function runBuildpacks(buildpacks: BuildpackModules): Promise<void> {
  const host = hostProcess();
  host.exitWith(await runPhase(buildpacks, host));
}
