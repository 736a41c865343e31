import * as real from "../../../../../framework/src/testing/group/group.ts";
import { buildpacksOf } from "../located/buildpacks-of.ts";
import { locate } from "./record.ts";

export const detectGroup: typeof real.detectGroup = (given) => {
  locate(buildpacksOf(given));
  return real.detectGroup(given);
};
export const group: typeof real.group = (given) => {
  locate(buildpacksOf(given));
  return real.group(given);
};
