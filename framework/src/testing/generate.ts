import type { Extension, GenerateResult } from "../extension/extension.ts";
import type { Table } from "../spec/schemas/schema.ts";
import { failingGenerateOf, generateIn } from "./extension-phase.ts";
import type { PhaseFailure } from "./failure.ts";
import type { FileMap } from "./given/file-map.ts";
import type { GivenBuildpack } from "./given/placed-buildpack.ts";
import type { Recorded } from "./given/recording.ts";
import type { PhaseGiven } from "./sandbox.ts";

/** The inputs of an extension's detect. All are optional. */
export interface ExtensionGiven extends Omit<PhaseGiven, "buildpack"> {
  /** The extension's descriptor: the path of its directory, or parts of a generated one. */
  readonly extension?: GivenBuildpack;
}

/** The inputs of generate. All are optional. */
export interface GenerateGiven extends Omit<ExtensionGiven, "execEnv"> {
  /** Metadata of the buildpack plan's entries, by name. */
  readonly plan?: Readonly<Record<string, readonly Table[]>>;
}

/** The result of generate. */
export interface GenerateOutcome extends Recorded {
  readonly result: GenerateResult;
  /** All files of the output directory: build.Dockerfile, run.Dockerfile, extend-config.toml, contexts. */
  readonly output: FileMap;
}

/**
 * Runs generate of an image extension on files in memory, as the lifecycle would: with the
 * executable's code, in temporary directories, without Docker. Errors are thrown.
 *
 * @example `expect((await generate(extension, { app: { Aptfile: "jq" } })).output["build.Dockerfile"]).toContain("jq")`
 */
export async function generate(extension: Extension, given: GenerateGiven = {}): Promise<GenerateOutcome> {
  return generateIn(extension, given);
}

/**
 * Runs a generate that is expected to fail, and returns the output as a user sees it and the exit
 * code. Throws if it does not fail.
 *
 * @example `expect((await generateFailure(extension, { app: {} })).stderr).toContain("cannot read Aptfile")`
 */
export async function generateFailure(extension: Extension, given: GenerateGiven = {}): Promise<PhaseFailure> {
  return failingGenerateOf(extension, given);
}
