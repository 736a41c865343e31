import type { Buildpack } from "../buildpack.ts";
import type { BuildFixture } from "./fixtures.ts";
import type { BuildFailure, BuildOutcome } from "./outcomes.ts";
import { runBuild, runFailingBuild } from "./sandbox.ts";
import { rememberBuild } from "./state/history.ts";
import { presumedImage, restoredFiles } from "./state/restore.ts";

/**
 * Runs a buildpack's build on files in memory, as the lifecycle would: with the executable's code,
 * in temporary directories, without Docker. Errors are thrown.
 *
 * @example `const { layers, log } = await build(buildpack, { app: { "package.json": "{}" }, plan: { node: [{ version: "22" }] } })`
 */
export async function build(buildpack: Buildpack, given: BuildFixture = {}): Promise<BuildOutcome> {
  const { layers = {} } = given;
  const { outcome, ...built } = await runBuild(buildpack, given, () => restoredFiles(layers));
  return rememberBuild(outcome, { ...built, given, previous: presumedImage(layers) });
}

/**
 * Runs a build that is expected to fail. Returns the output as a user sees it, and the exit code.
 * Throws if the build does not fail.
 *
 * @example `expect(await buildFailure(buildpack, { app: {} })).toMatchObject({ exitCode: 1, stderr: "ERROR: …" })`
 */
export async function buildFailure(buildpack: Buildpack, given: BuildFixture = {}): Promise<BuildFailure> {
  return runFailingBuild(buildpack, given, restoredFiles(given.layers ?? {}));
}
