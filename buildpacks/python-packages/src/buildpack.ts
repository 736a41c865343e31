import { projectDir } from "@libcnb/python-app/project-dir";
import { defineBuildpack, fail, pass } from "libcnb";
import { installsPackages } from "./choice/detect.ts";
import { config } from "./config.ts";
import { python, pythonPackages } from "./dependencies.ts";

export default defineBuildpack({
  config,

  async detect({ app, config }) {
    const dir = await projectDir(app, config.BP_PYTHON_PROJECT_PATH);
    if (!(await installsPackages(app, dir, config)))
      return fail(`no file${dir && ` in ${dir}`} says which packages to install`);
    const uses = { build: true, launch: true };
    return pass({ provides: [pythonPackages], requires: [python.require(uses), pythonPackages.require(uses)] });
  },

  // detect is quick because nothing of this is loaded for it
  build: async (context) => (await import("./build.ts")).build(context),
});
