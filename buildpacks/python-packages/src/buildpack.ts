import { refusalOf } from "@libcnb/app-kit/refusal";
import { projectDir } from "@libcnb/python-app/project-dir";
import { defineBuildpack, fail, pass } from "libcnb";
import { checkFiles, installsPackages } from "./choice/detect.ts";
import { config, python, pythonPackages } from "./contract.ts";

export default defineBuildpack({
  config,

  async detect({ app, config, env }) {
    const dir = await projectDir(app, config.BP_PYTHON_PROJECT_PATH);
    if (!(await installsPackages(app, dir, config)))
      return fail(`no file${dir && ` in ${dir}`} lists packages to install`);
    const uses = { build: true, launch: true };
    const refusal = await refusalOf({ app, dir }, () => checkFiles({ app, dir, env, settings: config }));
    const requires = [python.require({ ...uses, ...refusal }), pythonPackages.require(uses)];
    return pass({ provides: [pythonPackages], requires });
  },

  // detect is quick because nothing of this is loaded for it
  build: async (context) => (await import("./build.ts")).build(context),
});
