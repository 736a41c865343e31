import { cycloneDx, defaultTo, defineBuildpack, override, pass } from "libcnb";
import { choose } from "./choose.ts";
import { components } from "./components.ts";
import { install, whyInstalled } from "./install.ts";
import { readInventory } from "./inventory.ts";
import { node, npm, runtime } from "./provided.ts";
import { shownUrl, sourceOf } from "./source.ts";
import { planRequests } from "./version.ts";

export default defineBuildpack({
  async detect({ app }) {
    const isNodeApp = (await app.list()).some((name) => ["package.json", "server.js", "index.js"].includes(name));
    const requires = isNodeApp ? [node.require()] : [];
    return pass({ provides: [node, npm], requires }, { provides: [node], requires });
  },

  async build({ app, buildpack, env, layers, log, plan, target }) {
    const inventory = readInventory(buildpack.metadata);
    const release = await choose({ app, env, log, target }, inventory, planRequests(plan.all(node)));
    const source = await sourceOf(release, inventory, app, env);

    const layer = await layers.provide(runtime, {
      metadata: release,
      quiet: true,
      async create({ path, reason }) {
        log.info(`Installing from ${shownUrl(source.node.url)} (${whyInstalled(reason)})`);
        await install(source, path, env);
      },
      env: ({ path }) => ({
        shared: { NODE_HOME: override(path), NPM_CONFIG_UPDATE_NOTIFIER: defaultTo("false") },
        launch: { NODE_ENV: defaultTo("production") },
      }),
      sbom: () => [cycloneDx(components(release, inventory))],
    });
    if (layer.state === "restored") log.info("Keeping the installation of the last build: it is the same release");
  },
});
