import { type DetectPlan, defineBuildpack, dependency, fail, pass } from "libcnb";
import { looksAt } from "./detect/java-app.ts";
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

const jre = dependency("jre").require({ launch: true });
/** With something that is built before: by `libcnb/java-build`, or by another buildpack that provides what Paketo's do. */
const built: DetectPlan = { requires: [dependency("jvm-application-package").require(), jre] };
/** With what the app has already. */
const asItIs: DetectPlan = { requires: [jre] };
const plansFor = (isStartable: boolean): readonly [DetectPlan, ...DetectPlan[]] =>
  isStartable ? [built, asItIs] : [built];
