import { unpacking } from "@libcnb/app-kit/release/unpacking";
import type { BuildContext } from "libcnb";
import { chooseNode, npmFor } from "./choose.ts";
import type { Settings } from "./contract.ts";
import { provideHeaders, provideNpm, provideRuntime } from "./layers.ts";
import { ltsLines } from "./lines.ts";
import { readRequests } from "./requests.ts";

/**
 * Provides Node.js and npm only for the build. The image contains neither of them.
 *
 * @param dir the project directory whose files request the version, relative to the app
 */
export async function provideForBuild(
  context: BuildContext<Omit<Settings, "BP_NODE_OPTIMIZE_MEMORY">>,
  dir: string,
): Promise<void> {
  const { app, buildpack, config, download, inventory } = context;
  const requests = await readRequests(app, { BP_NODE_VERSION: config.BP_NODE_VERSION, BP_NODE_PROJECT_PATH: dir }, []);
  const node = await chooseNode(requests, { ...context, lines: ltsLines(buildpack) });
  const chosen = { node, npm: await npmFor(node, inventory) };
  await unpacking(download, async (unpack) => {
    const parts = { ...context, chosen, unpack, withSbom: !config.BP_DISABLE_SBOM };
    await provideRuntime(parts, false);
    await provideNpm(parts, false);
    await provideHeaders(parts);
  });
}
