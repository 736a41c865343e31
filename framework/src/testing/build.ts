import type { BuildResult } from "../build.ts";
import type { Buildpack } from "../buildpack.ts";
import type { Table } from "../spec/schema.ts";
import type { DetectGiven } from "./detect.ts";
import type { FileMap } from "./file-map.ts";
import { runBuild } from "./sandbox.ts";

/** The world that build sees. Everything may be left out. */
export interface BuildGiven extends DetectGiven {
  /** Metadata of the buildpack plan's entries, by name. */
  readonly plan?: Readonly<Record<string, readonly Table[]>>;
  /**
   * What is in the layers directory: as restored, or as an earlier `build` left it (`layers: first.layers`), which is then restored by the
   * lifecycle's rules: types are gone, a layer of the image only has no contents, metadata went through JSON.
   */
  readonly layers?: FileMap;
  /** Variables that earlier buildpacks set for the build. */
  readonly inherited?: Readonly<Record<string, string>>;
}

/** What build did. */
export interface BuildOutcome {
  readonly result: BuildResult;
  /** What the buildpack and its tools said, in order. */
  readonly log: readonly string[];
  /** All files of the layers directory, among them launch.toml, build.toml, store.toml. */
  readonly layers: FileMap;
  /** All files of the application directory after the build. */
  readonly app: FileMap;
}

/**
 * Runs a buildpack's build on files in memory, as the lifecycle would: the same code as the executable, temporary directories, no Docker.
 * Errors are thrown.
 *
 * @example `const { layers, log } = await build(buildpack, { app: { "package.json": "{}" }, plan: { node: [{ version: "22" }] } })`
 */
export async function build(buildpack: Buildpack, given: BuildGiven = {}): Promise<BuildOutcome> {
  return runBuild(buildpack, given);
}
