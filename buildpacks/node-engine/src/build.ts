import { checkRefusals } from "@libcnb/app-kit/refusal";
import { unpacking } from "@libcnb/app-kit/release/unpacking";
import type { BuildContext } from "libcnb";
import { chooseNode } from "./choose.ts";
import { type Chosen, npmFor } from "./chosen.ts";
import { provideLaunch } from "./launch.ts";
import { lineOf, ltsLines } from "./lines.ts";
import { provideHeaders, provideNpm, provideRuntime } from "./provide.ts";
import { node, npm } from "./provided.ts";
import { readRequests } from "./requests.ts";
import type { Settings } from "./settings.ts";

type Context = BuildContext<Settings>;

/**
 * Chooses the release of Node.js that the app requests, and one of npm if a buildpack requires it.
 */
export async function choose(context: Context): Promise<Chosen> {
  const { app, buildpack, config, inventory, plan } = context;
  await checkRefusals(app, plan.entries);
  const requests = await readRequests(app, config, plan.all(node));
  const release = await chooseNode(requests, { ...context, lines: ltsLines(buildpack) });
  return { node: release, npm: plan.has(npm) ? await npmFor(release, inventory) : undefined };
}

/** Provides each layer for the phases that need it. */
export async function provide(context: Context, chosen: Chosen): Promise<void> {
  const { buildpack, config, download, layers, plan } = context;
  const [forNode, forNpm] = [plan.resolve(node), plan.resolve(npm)];
  const isLaunched = forNode === undefined || forNode.launch || !forNode.build;
  await unpacking(download, async (unpack) => {
    const parts = { ...context, chosen, unpack, withSbom: !config.BP_DISABLE_SBOM };
    const { path } = await provideRuntime(parts, isLaunched);
    if (forNpm) await provideNpm(parts, forNpm.launch);
    if (forNpm) await provideHeaders(parts);
    const optimizesMemory = config.BP_NODE_OPTIMIZE_MEMORY;
    const line = lineOf(chosen.node.version);
    if (isLaunched) await provideLaunch(layers, buildpack, { runtime: path, line, optimizesMemory });
  });
}
