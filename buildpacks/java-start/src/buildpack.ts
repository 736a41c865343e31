import { defineBuildpack, fail, pass } from "libcnb";
import { looksAt } from "./detect/java-app.ts";
import { plansFor } from "./plan.ts";
import { settings } from "./settings.ts";

export default defineBuildpack({
  config: settings,

  async detect({ app, config }) {
    const seen = await looksAt(app, config);
    return "why" in seen ? fail(seen.why) : pass(...plansFor(seen.isStartable));
  },

  // detect is quick because nothing of this is loaded for it
  build: async (context) => (await import("./build.ts")).build(context),
});
