import { hostProcess } from "../host/host-process.ts";
import { ofAuthor } from "./author-code.ts";
import { reportEarlyEnd, reportEndlessWait, reportError, type Scene } from "./report-error.ts";
import { type BuildpackModules, runPhase } from "./run-phase.ts";

/**
 * The entry point of a compiled buildpack executable. The base name with which it was called
 * determines the phase (`detect`, `build`, `generate`). The descriptor in CNB_BUILDPACK_DIR or
 * CNB_EXTENSION_DIR determines the buildpack or extension. The process ends with exit code 0, 100
 * (the buildpack does not apply), 1, 254 or 255.
 *
 * @example `await runBuildpacks({ "examples/hello": async () => ({ default: buildpack }) })`
 */
export async function runBuildpacks(buildpacks: BuildpackModules): Promise<void> {
  const host = hostProcess();
  const scene: Scene = {};
  host.watch({
    lost: (error) => void reportError(ofAuthor(error), scene, host).then(host.exitWith),
    idle: () => void reportEndlessWait(scene, host)?.then(host.exitWith),
    ends: (exitCode) => reportEarlyEnd(exitCode, scene, host),
  });
  const exitCode = await runPhase(buildpacks, host, scene);
  await new Promise((next) => setImmediate(next)); // a rejection is known to be lost when nothing else is left to do in its turn
  // what was lost fails the phase, also if it comes to its end while that is reported
  host.exitWith((await scene.report?.exitCode) ?? exitCode);
}
