import { type DetectPlan, defineBuildpack, dependency, fail, pass } from "libcnb";
import { whyNoPythonApp } from "./detect/python-app.ts";
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

const python = dependency("python");
const packages = dependency("python_packages");
/**
 * The requirements. The start of an app is only known after the build. The second alternative is
 * for apps without packages, and groups without `libcnb/python-packages`.
 */
const plans: readonly [DetectPlan, DetectPlan] = [
  { requires: [python.require({ launch: true }), packages.require({ launch: true })] },
  { requires: [python.require({ launch: true })] },
];
