import { join } from "node:path";
import { lazyBindings } from "../binding/bindings.ts";
import { lazyConfig } from "../config/config.ts";
import type { ConfigFields } from "../config/fields.ts";
import type { PhaseContext } from "../context.ts";
import { appDirectory } from "../host/app.ts";
import { textsIn } from "../host/files/read.ts";
import { lazyInventory } from "../inventory/lazy.ts";
import { inventoryHost } from "./downloads.ts";
import { configInputs } from "./inputs/configuration.ts";
import type { PhaseInputs } from "./inputs/inputs.ts";
import { askedVariables, settingsEnv, toolEnv } from "./inputs/tool-env.ts";
import type { PhaseHost } from "./phase-host.ts";

/**
 * Creates the common context of detect and build. `fields` are the configuration schemas of the
 * buildpack or extension.
 */
export async function phaseContext(
  host: PhaseHost,
  { platformDir, target, execEnv }: PhaseInputs,
  fields?: ConfigFields,
): Promise<PhaseContext> {
  const { buildpack, metadata } = host.descriptor;
  // a file's name is the variable's name: no suffixes here
  const platform = { dir: platformDir, env: await textsIn(join(platformDir, "env")) };
  const env = toolEnv(host.env, await askedVariables(host.env, platform.env, host.operatorEnvDir));
  const config = await configInputs(host, { env, platform }, fields);
  const app = appDirectory(host.appDir);
  const bindings = lazyBindings(async () => {
    const { readBindings } = await import("../host/binding-directories.ts");
    return readBindings({ platformDir, env: settingsEnv(env, config.platformEnv, buildpack.clearEnv) });
  });
  return {
    app,
    env,
    platform,
    target,
    execEnv,
    log: host.log,
    config: lazyConfig(config),
    bindings,
    inventory: lazyInventory(metadata, inventoryHost(host, { app, bindings, env, platform, target })),
    buildpack: { id: buildpack.id, version: buildpack.version, dir: host.buildpackDir, metadata },
  };
}
