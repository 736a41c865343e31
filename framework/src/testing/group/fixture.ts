import type { Buildpack } from "../../buildpack.ts";
import type { FixtureBuildpack } from "../fixture/written-buildpack.ts";
import type { PhaseFixture } from "../fixtures.ts";

/** A member of a group: an id, with `?` at its end if it is optional, or an object. */
export type FixtureMember = string | { readonly id: string; readonly version?: string; readonly optional?: boolean };

/** Groups in order of preference, each a list of members. */
export type FixtureOrder = readonly (readonly FixtureMember[])[];

/** A buildpack, optionally with its descriptor, or a composite buildpack. */
export type FixtureGroupBuildpack =
  | Buildpack
  | {
      readonly buildpack: Buildpack;
      /**
       * The buildpack's directory, or parts of its descriptor. Its id is its key in `buildpacks`.
       */
      readonly descriptor?: FixtureBuildpack;
    }
  | { readonly order: FixtureOrder; readonly version?: string }
  /** A composite buildpack's directory. */
  | { readonly descriptor: string };

/** The inputs of a test that runs a group of buildpacks. */
export interface GroupFixture extends Omit<PhaseFixture, "buildpack"> {
  readonly order: FixtureOrder;
  /** The buildpacks by id. */
  readonly buildpacks: Readonly<Record<string, FixtureGroupBuildpack>>;
  /**
   * Variables of the build image. The lifecycle passes some of them on to buildpacks. Default: PATH
   * and HOME.
   */
  readonly inherited?: Readonly<Record<string, string>>;
  /**
   * Variables of the container that runs the image, for `launchEnv`. Default:
   * `PATH=/usr/local/sbin:…:/bin`.
   */
  readonly container?: Readonly<Record<string, string>>;
}
