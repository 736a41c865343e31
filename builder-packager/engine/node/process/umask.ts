import * as native from "engine:process";
import { modeOf } from "../fs/flags.ts";

export const umask = (mask?: string | number): number =>
  mask === undefined ? native.umask() : native.umask(modeOf(mask, "mask"));
