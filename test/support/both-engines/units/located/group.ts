import type { GroupFixture } from "libcnb/testing";
import { buildpacksOf } from "./buildpacks-of.ts";
import { called } from "./locate.ts";

export const detectGroup = (given: GroupFixture): Promise<unknown> => called(buildpacksOf(given));
export const group = (given: GroupFixture): Promise<unknown> => called(buildpacksOf(given));
