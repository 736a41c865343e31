import { defineBuildpack, pass } from "libcnb";
import { isPythonApp } from "./detect.ts";
import { python } from "./provided.ts";
import { settings } from "./settings.ts";

export default defineBuildpack({
  config: settings,

  async detect({ app, config }) {
    const requires = (await isPythonApp(app, config.BP_PYTHON_PROJECT_PATH)) ? [python.require({ launch: true })] : [];
    return pass({ provides: [python], requires });
  },

  async build(context) {
    const { choose, provide } = await import("./build.ts"); // detect is quick because it loads nothing of this
    await provide(context, await choose(context));
  },
});
