import { defined } from "@libcnb/app-kit/defined";
import { checkRefusals } from "@libcnb/app-kit/refusal";
import { copyLaunchPrograms } from "@libcnb/app-kit/release/launch-programs";
import { unpacking } from "@libcnb/app-kit/release/unpacking";
import { type BuildContext, type BuildpackIdentity, defaultTo, type Layers } from "libcnb";
import { type ChosenReleases, chooseNode, npmFor } from "./choose.ts";
import { node, npm, type Settings } from "./contract.ts";
import nodeProgram from "./exec.d/node.ts";
import { limitsLayer, provideHeaders, provideNpm, provideRuntime } from "./layers.ts";
import { ltsLines } from "./lines.ts";
import { readRequests } from "./requests.ts";

type Context = BuildContext<Settings>;

/**
 * Chooses the release of Node.js that the app requests. Also chooses a release of npm if another
 * buildpack requires npm.
 */
export async function choose(context: Context): Promise<ChosenReleases> {
  const { app, buildpack, config, inventory, plan } = context;
  await checkRefusals(app, plan.entries);
  const requests = await readRequests(app, config, plan.all(node));
  const release = await chooseNode(requests, { ...context, lines: ltsLines(buildpack) });
  return { node: release, npm: plan.has(npm) ? await npmFor(release, inventory) : undefined };
}

/**
 * Provides the layers with Node.js. Each layer is available in the phases (build, launch) in which
 * it is needed.
 */
export async function provide(context: Context, chosen: ChosenReleases): Promise<void> {
  const { buildpack, config, download, layers, plan } = context;
  const [forNode, forNpm] = [plan.resolve(node), plan.resolve(npm)];
  const isLaunched = forNode === undefined || forNode.launch || !forNode.build;
  await unpacking(download, async (unpack) => {
    const parts = { ...context, chosen, unpack, withSbom: !config.BP_DISABLE_SBOM };
    await provideRuntime(parts, isLaunched);
    if (forNpm) await provideNpm(parts, forNpm.launch);
    if (forNpm) await provideHeaders(parts);
    const optimizesMemory = config.BP_NODE_OPTIMIZE_MEMORY;
    if (isLaunched) await provideLaunch(layers, buildpack, optimizesMemory);
  });
}

/**
 * Provides the program that runs before each process and sets environment variables for memory,
 * processors, debuggers and certificates, and the module that handles signals. They have their own
 * layer, so that a new buildpack version does not change the layer of Node.js.
 */
const provideLaunch = (layers: Layers, buildpack: BuildpackIdentity, optimizesMemory: boolean) =>
  layers.provide(limitsLayer, {
    create: ({ path }) => copyLaunchPrograms(buildpack, path, ".cjs"),
    env: () => ({
      launch: {
        NODE_ENV: defaultTo("production"),
        ...defined({ BPL_NODE_HEAP_PERCENT: optimizesMemory ? undefined : defaultTo("0") }),
      },
    }),
    execD: () => ({ shared: { node: nodeProgram } }),
  });
