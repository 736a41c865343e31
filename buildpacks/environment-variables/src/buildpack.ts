import { defineBuildpack, fail, pass } from "libcnb";
import { isSetting } from "./changes.ts";

export default defineBuildpack({
  detect({ env, platform }) {
    const isAny = Object.keys({ ...env, ...platform.env }).some(isSetting);
    return isAny ? pass() : fail("no environment variable BPE_… is set");
  },

  build: async (context) => (await import("./build.ts")).build(context),
});
