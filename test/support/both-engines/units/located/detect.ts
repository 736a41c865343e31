import type { Buildpack, Extension } from "libcnb";
import { called } from "./locate.ts";

export const detect = (module: Buildpack | Extension): Promise<unknown> => called({ "": module });
export const detectFailure = (module: Buildpack | Extension): Promise<unknown> => called({ "": module });
