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
/**
 * For an app that is built first, by `libcnb/java-build` or by another buildpack that provides
 * Paketo's dependency.
 */
const built: DetectPlan = { requires: [dependency("jvm-application-package").require(), jre] };
/** For an app that is already built. */
const asItIs: DetectPlan = { requires: [jre] };
const plansFor = (isStartable: boolean): readonly [DetectPlan, ...DetectPlan[]] =>
  isStartable ? [built, asItIs] : [built];
