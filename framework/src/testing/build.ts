import type { BuildResult } from "../build.ts";
import type { Buildpack } from "../buildpack.ts";
import type { Table } from "../spec/schemas/schema.ts";
import type { PhaseFailure } from "./failure.ts";
import type { FileMap } from "./given/file-map.ts";
import type { Recorded } from "./given/recording.ts";
import type { ParsedOutputs } from "./parsed.ts";
import { type PhaseGiven, runBuild, runFailingBuild } from "./sandbox.ts";
import { rememberBuild } from "./state/history.ts";
import { presumedImage, restoredFiles } from "./state/restore.ts";

/** The inputs of build. All are optional. */
export interface BuildGiven extends PhaseGiven {
  /** Metadata of the buildpack plan's entries, by name. */
  readonly plan?: Readonly<Record<string, readonly Table[]>>;
  /**
   * The layers directory: as restored, or as an earlier build left it, which is then restored by
   * the lifecycle's rules with both image and cache available. Use `rebuild` to build again.
   */
  readonly layers?: FileMap;
  /** Variables that earlier buildpacks set for the build. */
  readonly inherited?: Readonly<Record<string, string>>;
}

/** The result of build. */
export interface BuildOutcome extends Recorded {
  readonly result: BuildResult;
  /** All files of the layers directory, among them launch.toml, build.toml, store.toml. */
  readonly layers: FileMap;
  /** All files of the application directory after the build. */
  readonly app: FileMap;
  /**
   * `layers` as the lifecycle reads it. It is not enumerable, so that a snapshot of the outcome has
   * no duplicates.
   */
  readonly parsed: ParsedOutputs;
}

/** The result of a failed build. */
export interface BuildFailure extends PhaseFailure {
  /** All files of the layers directory. */
  readonly layers: FileMap;
}

/**
 * Runs a buildpack's build on files in memory, as the lifecycle would: with the executable's code,
 * in temporary directories, without Docker. Errors are thrown.
 *
 * @example `const { layers, log } = await build(buildpack, { app: { "package.json": "{}" }, plan: { node: [{ version: "22" }] } })`
 */
export async function build(buildpack: Buildpack, given: BuildGiven = {}): Promise<BuildOutcome> {
  const { layers = {} } = given;
  const { outcome, ...built } = await runBuild(buildpack, given, () => restoredFiles(layers));
  return rememberBuild(outcome, { ...built, given, previous: presumedImage(layers) });
}

/**
 * Runs a build that is expected to fail, and returns the output as a user sees it and the exit
 * code. Throws if the build does not fail.
 *
 * @example `expect(await buildFailure(buildpack, { app: {} })).toMatchObject({ exitCode: 1, stderr: "ERROR: …" })`
 */
export async function buildFailure(buildpack: Buildpack, given: BuildGiven = {}): Promise<BuildFailure> {
  return runFailingBuild(buildpack, given, restoredFiles(given.layers ?? {}));
}
