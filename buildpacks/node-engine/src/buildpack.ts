import { type App, defineBuildpack, pass } from "libcnb";
import { node, npm, settings } from "./contract.ts";

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

/** Files of an app that node-start can start. */
const sign = /^(package\.json|(server|app|main|index)\.([cm]?js|ts))$/;
/** True if the project is one for Node.js. */
async function isNodeApp(app: App, projectPath = ""): Promise<boolean> {
  return (await app.list(projectPath)).some((name) => sign.test(name));
}
