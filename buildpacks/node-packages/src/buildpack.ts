import { cycloneDx, defineBuildpack, fail, pass } from "libcnb";
import { readInputs } from "./build-inputs.ts";
import { buildKeyOf } from "./build-key.ts";
import { components } from "./components.ts";
import { installAndBuild, keepForOtherInputs, readWork } from "./install-and-build.ts";
import { modulesSlice } from "./installed-packages.ts";
import { packagesForLaunch } from "./launch.ts";
import { node, nodeModules, npm, result } from "./provided.ts";
import { rebuildReason, restoreResult, saveResult, tellWhyBuilt } from "./result.ts";

export default defineBuildpack({
  async detect({ app }) {
    if (!(await app.exists("package.json"))) return fail("no package.json: npm has nothing to install");
    return pass({ provides: [nodeModules], requires: [node.require(), npm.require(), nodeModules.require()] });
  },

  async build(context) {
    const { app, env, layers, log } = context;
    const work = await readWork(context);
    const inputs = readInputs(context, work);
    const built = await layers.provide(result, {
      metadata: buildKeyOf(inputs),
      quiet: true,
      reject: ({ path }) => rebuildReason(path, inputs, env),
      async create({ path, reason, previous }) {
        tellWhyBuilt(log, reason, previous?.path, inputs);
        await installAndBuild(context, work);
        saveResult(app.dir, inputs, path);
      },
    });
    if (built.state === "restored") {
      restoreResult(built.path, app.dir, log);
      await keepForOtherInputs(context, work);
    }
    const packages = await packagesForLaunch(app, log);
    return { slices: [modulesSlice(packages)], sbom: { launch: [cycloneDx(components(packages))] } };
  },
});
