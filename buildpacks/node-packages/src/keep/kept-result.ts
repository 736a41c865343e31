import type { Context } from "../config.ts";
import { keepForOtherInputs } from "../install.ts";
import { result } from "../provided.ts";
import type { Task } from "../task.ts";
import { readInputs } from "./build-inputs.ts";
import { buildKeyOf } from "./build-key.ts";
import { type Installed, logWhyBuilt, readInstalled, rebuildReason, restoreResult, saveResult } from "./result.ts";

/** Restores the result of the last build if all inputs are equal, or else runs `make`. */
export async function reusedOrInstalled(
  context: Context,
  task: Task,
  make: () => Promise<Installed>,
): Promise<Installed> {
  const { app, config, layers, log } = context;
  const inputs = readInputs(context, task);
  const built = await layers.provide(result, {
    metadata: buildKeyOf(inputs),
    quiet: true,
    reject: ({ path }) => rebuildReason(path, inputs, config.BP_NODE_ALWAYS_BUILD),
    async create({ path, reason, previous }) {
      logWhyBuilt(log, reason, previous?.path, inputs);
      saveResult(app.dir, inputs, await make(), path);
    },
  });
  if (built.state === "restored") {
    restoreResult(built.path, app.dir, log);
    await keepForOtherInputs(context, task);
  }
  return readInstalled(built.path);
}
