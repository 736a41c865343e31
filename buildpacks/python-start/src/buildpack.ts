import { defineBuildpack, fail, pass } from "libcnb";
import { plans } from "./plan.ts";
import { noPythonApp, readSigns } from "./python-app.ts";
import { settings } from "./settings.ts";

export default defineBuildpack({
  config: settings,

  async detect({ app, config }) {
    const { dir, signs } = await readSigns(app, config);
    return signs.length === 0 ? fail(noPythonApp(dir)) : pass(...plans);
  },

  // detect is quick because nothing of this is loaded for it
  build: async (context) => (await import("./build.ts")).build(context),
});
