import type { Buildpack } from "libcnb";
import type { GroupFixture } from "libcnb/testing";

/** The buildpacks of a group by id, without composite ones. */
export const buildpacksOf = ({ buildpacks }: GroupFixture): Readonly<Record<string, Buildpack>> =>
  Object.fromEntries(
    Object.entries(buildpacks).flatMap(([id, each]) => {
      if ("detect" in each) return [[id, each]];
      return "buildpack" in each ? [[id, each.buildpack]] : [];
    }),
  );
