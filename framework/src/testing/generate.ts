import type { Extension } from "../extension/extension.ts";
import { failingGenerateOf, generateIn } from "./extension-phase.ts";
import type { GenerateFixture } from "./fixtures.ts";
import type { GenerateOutcome, PhaseFailure } from "./outcomes.ts";

/**
 * Runs generate of an image extension on files in memory, as the lifecycle would: with the
 * executable's code, in temporary directories, without Docker. Errors are thrown.
 *
 * @example `expect((await generate(extension, { app: { Aptfile: "jq" } })).output["build.Dockerfile"]).toContain("jq")`
 */
export async function generate(extension: Extension, given: GenerateFixture = {}): Promise<GenerateOutcome> {
  return generateIn(extension, given);
}

/**
 * Runs a generate that is expected to fail. Returns the output as a user sees it, and the exit
 * code. Throws if generate does not fail.
 *
 * @example `expect((await generateFailure(extension, { app: {} })).stderr).toContain("cannot read Aptfile")`
 */
export async function generateFailure(extension: Extension, given: GenerateFixture = {}): Promise<PhaseFailure> {
  return failingGenerateOf(extension, given);
}
