import type { BuildContext } from "../build.ts";
import type { PhaseContext } from "../context.ts";
import type { RunTool } from "../host/tools/command.ts";
import { lazyDownload } from "../inventory/lazy.ts";
import { inventoryHost } from "./downloads.ts";
import { trustOf } from "./inputs/trust.ts";
import type { PhaseHost } from "./phase-host.ts";

/** Creates the `download` and `run` of build and generate. Detect does not load them. */
export function phaseTools(host: PhaseHost, context: PhaseContext): Pick<BuildContext, "download" | "run"> {
  return { download: lazyDownload(inventoryHost(host, context)), run: runIn(host, context) };
}

function runIn({ log, appDir, runTool }: PhaseHost, context: PhaseContext): RunTool {
  return async (tool, args = [], options = {}) => {
    const env = await trustOf(context).envWith(context.env);
    return runTool({ env, cwd: appDir, log }, { tool, args, ...options });
  };
}
