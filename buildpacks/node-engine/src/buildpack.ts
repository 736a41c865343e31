import { defineBuildpack, pass } from "libcnb";
import { chooseNode } from "./choose.ts";
import { npmFor } from "./chosen.ts";
import { isNodeApp } from "./detect.ts";
import { provideLaunch } from "./launch.ts";
import { ltsLines } from "./lines.ts";
import { provideHeaders, provideNpm, provideRuntime } from "./provide.ts";
import { node, npm } from "./provided.ts";
import { readRequests } from "./requests.ts";
import { settings } from "./settings.ts";
import { unpacking } from "./unpack.ts";

export default defineBuildpack({
  config: settings,

  async detect({ app, config }) {
    const requires = (await isNodeApp(app, config.BP_NODE_PROJECT_PATH)) ? [node.require({ launch: true })] : [];
    return pass({ provides: [node, npm], requires }, { provides: [node], requires });
  },

  async build({ app, buildpack, config, download, inventory, layers, log, plan, run, target }) {
    const [forNode, forNpm] = [plan.resolve(node), plan.resolve(npm)];
    const requests = await readRequests(app, config, forNode?.all ?? []);
    const release = await chooseNode(requests, { inventory, config, lines: ltsLines(buildpack), target, log });
    const chosen = { node: release, npm: forNpm && (await npmFor(release, inventory)) };
    const isLaunched = forNode === undefined || forNode.launch || !forNode.build;

    await unpacking(download, async (unpack) => {
      const parts = { layers, run, target, chosen, unpack, withSbom: !config.BP_DISABLE_SBOM };
      const { path } = await provideRuntime(parts, isLaunched);
      if (forNpm) await provideNpm(parts, forNpm.launch);
      if (forNpm) await provideHeaders(parts);
      if (isLaunched)
        await provideLaunch(layers, buildpack, { runtime: path, optimizesMemory: config.BP_NODE_OPTIMIZE_MEMORY });
    });
  },
});
