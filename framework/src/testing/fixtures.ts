import type { Table } from "../spec/schemas/schema.ts";
import type { Target } from "../spec/target.ts";
import type { FileMap } from "./fixture/file-map.ts";
import type { FixturePorts } from "./fixture/recording.ts";
import type { FixtureFiles } from "./fixture/world.ts";
import type { FixtureBuildpack } from "./fixture/written-buildpack.ts";

/** The common inputs of phases. All are optional. */
export interface PhaseFixture extends FixtureFiles, FixturePorts {
  /** The target. Default: linux/amd64. */
  readonly target?: Target;
  /** The execution environment. Default: `production`. */
  readonly execEnv?: string;
  readonly buildpack?: FixtureBuildpack;
}

/** The inputs of build. All are optional. */
export interface BuildFixture extends PhaseFixture {
  /** Metadata of the buildpack plan's entries, by name. */
  readonly plan?: Readonly<Record<string, readonly Table[]>>;
  /**
   * The layers directory before the build: either as the lifecycle restored it, or as an earlier
   * build left it. In the latter case, the lifecycle's rules for restoring layers are applied, with
   * both image and cache available. To build the same app again, use `rebuild`.
   */
  readonly layers?: FileMap;
  /** Variables that earlier buildpacks set for the build. */
  readonly inherited?: Readonly<Record<string, string>>;
}

/** The inputs of detect. All are optional. */
export interface DetectFixture extends PhaseFixture {}
/** The inputs of an extension's detect. All are optional. */
export interface ExtensionFixture extends Omit<PhaseFixture, "buildpack"> {
  /** The extension's descriptor: the path of its directory, or parts of a generated one. */
  readonly extension?: FixtureBuildpack;
}

/** The inputs of generate. All are optional. */
export interface GenerateFixture extends Omit<ExtensionFixture, "execEnv"> {
  /** Metadata of the buildpack plan's entries, by name. */
  readonly plan?: Readonly<Record<string, readonly Table[]>>;
}
