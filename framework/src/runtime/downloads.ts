import type { PhaseContext } from "../context.ts";
import type { InventoryHost } from "../inventory/lazy.ts";
import { trustOf } from "./inputs/trust.ts";
import type { PhaseHost } from "./phase-host.ts";

type Parts = Pick<PhaseContext, "app" | "bindings" | "env" | "platform" | "target">;

/** Collects the inputs for the downloads and the inventory of a phase. */
export function inventoryHost({ buildpackDir, log, clock, download }: PhaseHost, parts: Parts): InventoryHost {
  const { app, bindings, target, platform, env } = parts;
  return {
    app,
    bindings,
    target,
    buildpackDir,
    log,
    clock,
    download: async (url, options) => {
      const trusted = await trustOf(parts).envWith(options.env ?? { ...platform.env, ...env });
      return download(url, { ...options, env: trusted });
    },
    // each time anew: layers change the environment; with clear-env what the user set is in the platform directory only
    get env() {
      return { ...platform.env, ...env };
    },
  };
}
