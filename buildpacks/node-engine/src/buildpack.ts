import { cycloneDx, defaultTo, defineBuildpack, override, pass } from "libcnb";
import { choose, components } from "./choose.ts";
import { install } from "./install.ts";
import { node, npm, runtime } from "./provided.ts";
import { planRequests } from "./version.ts";

export default defineBuildpack({
  async detect({ app }) {
    const isNodeApp = (await app.list()).some((name) => ["package.json", "server.js", "index.js"].includes(name));
    const requires = isNodeApp ? [node.require()] : [];
    return pass({ provides: [node, npm], requires }, { provides: [node], requires });
  },

  async build({ app, env, inventory, layers, log, plan }) {
    const chosen = await choose({ app, env, inventory, log }, planRequests(plan.all(node)));
    const layer = await layers.provide(runtime, {
      metadata: { node: chosen.node.metadata, ...(chosen.npm && { npm: chosen.npm.metadata }) },
      create: ({ path }) => install(inventory, chosen, path),
      env: ({ path }) => ({
        shared: { NODE_HOME: override(path), NPM_CONFIG_UPDATE_NOTIFIER: defaultTo("false") },
        launch: { NODE_ENV: defaultTo("production") },
      }),
      sbom: () => [cycloneDx(components(chosen))],
    });
    if (layer.state === "restored") log.info("Keeping the installation of the last build: it is the same release");
  },
});
