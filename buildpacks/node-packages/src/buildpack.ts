import { projectDirs, readPackageJson } from "@libcnb/node-app";
import { defineBuildpack, fail, pass } from "libcnb";
import { config } from "./config.ts";
import { keptOrMade } from "./keep/kept-result.ts";
import { provideLaunchEnv, tellPackages } from "./launch.ts";
import { make } from "./make.ts";
import { node, nodeModules, nodePackageManager, npm } from "./provided.ts";
import { packagesSbom } from "./sbom/packages-sbom.ts";
import { readTask } from "./task.ts";

export default defineBuildpack({
  config,

  async detect({ app, config }) {
    const { dir } = await projectDirs(app, config.BP_NODE_PROJECT_PATH);
    if ((await readPackageJson(app, dir)) === undefined)
      return fail(`no package.json${dir && ` in ${dir}`}: there is nothing to install`);
    const own = [nodeModules, nodePackageManager];
    return pass({ provides: own, requires: [node, npm, ...own].map((each) => each.require()) });
  },

  async build(context) {
    const task = await readTask(context);
    const made = await keptOrMade(context, task, () => make(context, task));
    await provideLaunchEnv(context, made);
    tellPackages(context, made);
    return { slices: made.slices, sbom: context.config.BP_DISABLE_SBOM ? {} : packagesSbom(made.packages) };
  },
});
