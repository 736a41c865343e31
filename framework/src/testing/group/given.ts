import type { Buildpack } from "../../buildpack.ts";
import type { GivenBuildpack } from "../given/placed-buildpack.ts";
import type { PhaseGiven } from "../sandbox.ts";

/** A member of a group: an id, with `?` at its end if it is optional, or an object. */
export type GivenMember = string | { readonly id: string; readonly version?: string; readonly optional?: boolean };

/** Groups in order of preference, each a list of members. */
export type GivenOrder = readonly (readonly GivenMember[])[];

/** The buildpack of an id, with its descriptor if relevant; or a composite buildpack. */
export type GivenGroupBuildpack =
  | Buildpack
  | {
      readonly buildpack: Buildpack;
      /** Its directory, or parts of a descriptor. Its id is the key it is given by. */
      readonly descriptor?: GivenBuildpack;
    }
  | { readonly order: GivenOrder; readonly version?: string }
  /** A composite buildpack's directory. */
  | { readonly descriptor: string };

/** The inputs of a group. */
export interface GroupGiven extends Omit<PhaseGiven, "buildpack"> {
  readonly order: GivenOrder;
  /** By id. */
  readonly buildpacks: Readonly<Record<string, GivenGroupBuildpack>>;
  /** Variables of the build image; the lifecycle passes some of them on. Default: PATH and HOME. */
  readonly inherited?: Readonly<Record<string, string>>;
  /**
   * Variables of the container that runs the image, for `launchEnv`. Default:
   * `PATH=/usr/local/sbin:…:/bin`.
   */
  readonly container?: Readonly<Record<string, string>>;
}
