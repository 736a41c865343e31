import { refusalOf } from "@libcnb/app-kit/refusal";
import { projectDirs, readPackageJson } from "@libcnb/node-app";
import { defineBuildpack, fail, pass } from "libcnb";
import { checkFiles } from "./check-files.ts";
import { config, node, nodeModules, nodePackageManager, npm } from "./contract.ts";

export default defineBuildpack({
  config,

  async detect({ app, config }) {
    const dirs = await projectDirs(app, config.BP_NODE_PROJECT_PATH);
    const { dir } = dirs;
    if ((await readPackageJson(app, dir)) === undefined) return fail(`no package.json${dir && ` in ${dir}`}`);
    const own = [nodeModules, nodePackageManager];
    const location = { app, dir: dirs.root };
    const refusal = await refusalOf(location, () => checkFiles(app, dirs, config.BP_NODE_PACKAGE_MANAGER));
    return pass({ provides: own, requires: [node.require(refusal), ...[npm, ...own].map((each) => each.require())] });
  },

  // detect is quick because nothing of this is loaded for it
  build: async (context) => (await import("./build.ts")).build(context),
});
