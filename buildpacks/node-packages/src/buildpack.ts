import { projectDirs, readPackageJson } from "@libcnb/node-app";
import { defineBuildpack, fail, pass } from "libcnb";
import { config } from "./config.ts";
import { node, nodeModules, nodePackageManager, npm } from "./dependencies.ts";

export default defineBuildpack({
  config,

  async detect({ app, config }) {
    const { dir } = await projectDirs(app, config.BP_NODE_PROJECT_PATH);
    if ((await readPackageJson(app, dir)) === undefined)
      return fail(`no package.json${dir && ` in ${dir}`}: there is nothing to install`);
    const own = [nodeModules, nodePackageManager];
    return pass({ provides: own, requires: [node, npm, ...own].map((each) => each.require()) });
  },

  // detect is quick because nothing of this is loaded for it
  build: async (context) => (await import("./build.ts")).build(context),
});
