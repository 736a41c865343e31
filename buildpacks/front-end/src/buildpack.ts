import { defineBuildpack, dependency, fail, pass } from "libcnb";
import { config } from "./config.ts";
import { purposeOf } from "./detect.ts";

/**
 * The output of a front end's scripts. Only this buildpack requires it: other buildpacks find the
 * files in the app.
 */
const frontEnd = dependency("front_end");

export default defineBuildpack({
  config,

  async detect({ app, config, platform, env }) {
    const purpose = await purposeOf(app, config, { ...env, ...platform.env });
    if (purpose.kind === "none") return fail(purpose.why);
    return pass({ provides: [frontEnd], requires: [frontEnd.require()] });
  },

  // detect is quick because nothing of this is loaded for it
  build: async (context) => (await import("./build.ts")).build(context),
});
