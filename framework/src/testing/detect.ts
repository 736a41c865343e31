import type { Buildpack } from "../buildpack.ts";
import type { Extension } from "../extension/extension.ts";
import { detectExtension, failingDetectOf } from "./extension-phase.ts";
import type { DetectFixture, ExtensionFixture } from "./fixtures.ts";
import type { DetectOutcome, PhaseFailure } from "./outcomes.ts";
import { runDetect, runFailingDetect } from "./sandbox.ts";

/**
 * Runs the detect of a buildpack or an image extension on files in memory, as the lifecycle would:
 * with the executable's code, in temporary directories, without Docker. Errors are thrown.
 *
 * @example `expect(await detect(buildpack, { app: { "package.json": "{}" } })).toMatchObject({ outcome: "pass" })`
 */
export async function detect(
  module: Buildpack | Extension,
  given: DetectFixture & ExtensionFixture = {},
): Promise<DetectOutcome> {
  return "generate" in module ? detectExtension(module, given) : runDetect(module, given);
}

/**
 * Runs a detect that is expected to fail with an error. Returns the output as a user sees it, and
 * the exit code. Throws if there is no error, even if detection fails because the buildpack does
 * not apply.
 *
 * @example `expect(await detectFailure(buildpack, { app: { "package.json": "{" } })).toMatchObject({ exitCode: 1 })`
 */
export async function detectFailure(
  module: Buildpack | Extension,
  given: DetectFixture & ExtensionFixture = {},
): Promise<PhaseFailure> {
  return "generate" in module ? failingDetectOf(module, given) : runFailingDetect(module, given);
}
