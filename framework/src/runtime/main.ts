import type { Buildpack } from "../buildpack.ts";
import type { Extension } from "../extension/extension.ts";
import { hostProcess } from "../host/host-process.ts";
import { ofAuthor } from "./author-code.ts";
import { endlessWait, reportEarlyEnd, reportError, type Scene } from "./report-error.ts";
import { runPhase } from "./run-phase.ts";

/** The buildpacks and extensions an executable holds, by id, each loaded only if it is the one to run. */
export type BuildpackModules = Readonly<Record<string, () => Promise<{ readonly default: Buildpack | Extension }>>>;

/**
 * The entry of a compiled buildpack executable. Which phase is told by the base name it was called by (`detect`, `build`, `generate`), which buildpack
 * or extension by the descriptor in CNB_BUILDPACK_DIR or CNB_EXTENSION_DIR. Ends the process with 0, 100 (detect does not apply), 1, 254, 255.
 *
 * @example `await runBuildpacks({ "examples/hello": async () => ({ default: buildpack }) })`
 */
export async function runBuildpacks(buildpacks: BuildpackModules): Promise<void> {
  const host = hostProcess();
  const scene: Scene = {};
  let isFailing = false;
  const fail = (error: unknown) => {
    if (isFailing) return; // the first error counts, and what fails while it is reported must not begin again
    isFailing = true;
    void reportError(error, scene, host).then(host.exitWith);
  };
  host.watch({
    lost: (error) => fail(ofAuthor(error)),
    idle: () => fail(endlessWait(scene)),
    ends: (exitCode) => reportEarlyEnd(exitCode, scene, host),
  });
  host.exitWith(await runPhase(buildpacks, host, scene));
}
