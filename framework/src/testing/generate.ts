import type { Extension, GenerateResult } from "../extension/extension.ts";
import type { Table } from "../spec/schema.ts";
import { failingGenerateOf, generateIn } from "./extension-phase.ts";
import type { PhaseFailure } from "./failure.ts";
import type { FileMap } from "./file-map.ts";
import type { GivenBuildpack } from "./given-buildpack.ts";
import type { Recorded } from "./recording.ts";
import type { PhaseGiven } from "./sandbox.ts";

/** The world that detect of an extension sees. Everything may be left out. */
export interface ExtensionGiven extends Omit<PhaseGiven, "buildpack"> {
  /** The extension's descriptor: the path of its directory, or parts of one made for the test. */
  readonly extension?: GivenBuildpack;
}

/** The world that generate sees. Everything may be left out. */
export interface GenerateGiven extends Omit<ExtensionGiven, "execEnv"> {
  /** Metadata of the buildpack plan's entries, by name. */
  readonly plan?: Readonly<Record<string, readonly Table[]>>;
}

/** What generate did. */
export interface GenerateOutcome extends Recorded {
  readonly result: GenerateResult;
  /** All files of the output directory: build.Dockerfile, run.Dockerfile, extend-config.toml, contexts. */
  readonly output: FileMap;
}

/**
 * Runs generate of an image extension on files in memory, as the lifecycle would: the same code as the executable, temporary directories,
 * no Docker. Errors are thrown.
 *
 * @example `expect((await generate(extension, { app: { Aptfile: "jq" } })).output["build.Dockerfile"]).toContain("jq")`
 */
export async function generate(extension: Extension, given: GenerateGiven = {}): Promise<GenerateOutcome> {
  return generateIn(extension, given);
}

/**
 * Runs a generate that is to fail, and tells how: what the user sees, the exit code. It is an error if it does not fail.
 *
 * @example `expect((await generateFailure(extension, { app: {} })).stderr).toContain("cannot read Aptfile")`
 */
export async function generateFailure(extension: Extension, given: GenerateGiven = {}): Promise<PhaseFailure> {
  return failingGenerateOf(extension, given);
}
