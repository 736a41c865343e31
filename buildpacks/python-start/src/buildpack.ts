import { defineBuildpack, fail, pass } from "libcnb";
import { whyNoPythonApp } from "./detect/python-app.ts";
import { plans } from "./plan.ts";
import { settings } from "./settings.ts";

export default defineBuildpack({
  config: settings,

  async detect({ app, config }) {
    const why = await whyNoPythonApp(app, config);
    return why === undefined ? pass(...plans) : fail(why);
  },

  // detect is quick because nothing of this is loaded for it
  build: async (context) => (await import("./build.ts")).build(context),
});
