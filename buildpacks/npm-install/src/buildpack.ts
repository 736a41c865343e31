import { cycloneDx, defineBuildpack, fail, pass } from "libcnb";
import { components } from "./components.ts";
import { installKeyOf, whyInstalled } from "./install-key.ts";
import { reinstallReason } from "./install-scripts.ts";
import { modulesSlice } from "./installed-packages.ts";
import { leaveForLaunch } from "./launch.ts";
import { restoreModules, saveModules } from "./modules.ts";
import { installDependencies, nodeVersion, runScript } from "./npm.ts";
import { readProject, scriptsOf } from "./project.ts";
import { downloads, modules, node, nodeModules, npm } from "./provided.ts";
import { buildScripts } from "./scripts.ts";

export default defineBuildpack({
  async detect({ app }) {
    if (!(await app.exists("package.json"))) return fail("no package.json: npm has nothing to install");
    return pass({ provides: [nodeModules], requires: [node.require(), npm.require(), nodeModules.require()] });
  },

  async build({ app, env, layers, log, run, target }) {
    const project = await readProject(app);
    const scripts = buildScripts(scriptsOf(project.packageJson), env.BP_NODE_RUN_SCRIPTS);
    const cache = await layers.provide(downloads, { metadata: { format: "cacache" }, create() {} });
    const tool = { run, log, env, cacheDir: cache.path };

    const kept = await layers.provide(modules, {
      metadata: installKeyOf(project, { env, nodeVersion: await nodeVersion(run), arch: target.arch }),
      reject: () => reinstallReason(project),
      async create({ path, reason }) {
        log.step(`Installing dependencies (${whyInstalled(reason)})`);
        await installDependencies(tool, project.lockfile);
        await saveModules(app.dir, path, log);
      },
    });
    if (kept.state === "restored") await restoreModules(kept.path, app.dir, log);
    for (const script of scripts) await runScript(tool, script);
    const packages = await leaveForLaunch(app, log);
    return { slices: [modulesSlice(packages)], sbom: { launch: [cycloneDx(components(packages))] } };
  },
});
