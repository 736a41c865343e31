import { defineBuildpack, pass } from "libcnb";
import { isNodeApp } from "./detect.ts";
import { node, npm } from "./provided.ts";
import { settings } from "./settings.ts";

export default defineBuildpack({
  config: settings,

  async detect({ app, config }) {
    const requires = (await isNodeApp(app, config.BP_NODE_PROJECT_PATH)) ? [node.require({ launch: true })] : [];
    return pass({ provides: [node, npm], requires }, { provides: [node], requires });
  },

  async build(context) {
    const { choose, provide } = await import("./build.ts"); // detect is quick because it loads nothing of this
    await provide(context, await choose(context));
  },
});
