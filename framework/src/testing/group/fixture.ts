import type { Buildpack } from "../../buildpack.ts";
import type { FixtureBuildpack } from "../fixture/written-buildpack.ts";
import type { PhaseFixture } from "../fixtures.ts";

/** A member of a group: an id, with `?` at its end if it is optional, or an object. */
export type FixtureMember = string | { readonly id: string; readonly version?: string; readonly optional?: boolean };

/** Groups in order of preference, each a list of members. */
export type FixtureOrder = readonly (readonly FixtureMember[])[];

/** The buildpack of an id, with its descriptor if relevant; or a composite buildpack. */
export type FixtureGroupBuildpack =
  | Buildpack
  | {
      readonly buildpack: Buildpack;
      /** Its directory, or parts of a descriptor. Its id is the key it is given by. */
      readonly descriptor?: FixtureBuildpack;
    }
  | { readonly order: FixtureOrder; readonly version?: string }
  /** A composite buildpack's directory. */
  | { readonly descriptor: string };

/** The inputs of a group. */
export interface GroupFixture extends Omit<PhaseFixture, "buildpack"> {
  readonly order: FixtureOrder;
  /** By id. */
  readonly buildpacks: Readonly<Record<string, FixtureGroupBuildpack>>;
  /** Variables of the build image; the lifecycle passes some of them on. Default: PATH and HOME. */
  readonly inherited?: Readonly<Record<string, string>>;
  /**
   * Variables of the container that runs the image, for `launchEnv`. Default:
   * `PATH=/usr/local/sbin:…:/bin`.
   */
  readonly container?: Readonly<Record<string, string>>;
}
