import { cycloneDx, defineBuildpack, fail, pass } from "libcnb";
import { components } from "./components.ts";
import { config } from "./config.ts";
import { keepForOtherInputs } from "./install.ts";
import { readInputs } from "./keep/build-inputs.ts";
import { buildKeyOf } from "./keep/build-key.ts";
import { readMade, rebuildReason, restoreResult, saveResult, tellWhyBuilt } from "./keep/result.ts";
import { make, tellPackages } from "./make.ts";
import { node, nodeModules, npm, result } from "./provided.ts";
import { readTask } from "./task.ts";

export default defineBuildpack({
  config,

  async detect({ app }) {
    if (!(await app.exists("package.json"))) return fail("no package.json: npm has nothing to install");
    return pass({ provides: [nodeModules], requires: [node.require(), npm.require(), nodeModules.require()] });
  },

  async build(context) {
    const { app, config, layers, log } = context;
    const task = await readTask(context);
    const inputs = readInputs(context, task);
    const built = await layers.provide(result, {
      metadata: buildKeyOf(inputs),
      quiet: true,
      reject: ({ path }) => rebuildReason(path, inputs, config.BP_NODE_ALWAYS_BUILD),
      async create({ path, reason, previous }) {
        tellWhyBuilt(log, reason, previous?.path, inputs);
        saveResult(app.dir, inputs, await make(context, task), path);
      },
    });
    if (built.state === "restored") {
      restoreResult(built.path, app.dir, log);
      await keepForOtherInputs(context, task);
    }
    const made = readMade(built.path);
    tellPackages(log, made);
    const runtime = made.packages.filter(({ role, scope }) => role === undefined && scope !== "development");
    return { slices: made.slices, sbom: { launch: [cycloneDx(components(runtime))] } };
  },
});
