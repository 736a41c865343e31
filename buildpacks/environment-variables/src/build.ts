import { type BuildContext, integer, launchLayer, table, UserError } from "libcnb";
import { type Changes, modificationsOf, readChanges, uselessDelimiters } from "./changes.ts";

/** It holds nothing: all it says is in its environment, which is written in each build. */
const variablesLayer = launchLayer("environment-variables", { metadata: table({ format: integer }) });

/** Sets the requested environment variables in the container. */
export async function build({ env, platform, layers, log }: BuildContext): Promise<void> {
  const changes = readChanges({ ...env, ...platform.env });
  check(changes);
  // names alone: values may be secrets
  for (const { name, kind } of changes.changes) log.info(`${name}: ${words[kind]}`);
  for (const name of uselessDelimiters(changes))
    log.warn(`BPE_DELIM_${name} is not used: there is no BPE_APPEND_${name} and no BPE_PREPEND_${name}`);
  if (changes.changes.length === 0) return;
  await layers.provide(variablesLayer, {
    metadata: { format: 1 },
    create: () => undefined,
    env: () => ({ launch: modificationsOf(changes) }),
  });
}

const words = {
  append: "gets something behind it in the container",
  default: "has a default in the container",
  override: "is set in the container",
  prepend: "gets something in front of it in the container",
};

function check({ invalid }: Changes): void {
  if (invalid.length === 0) return;
  throw new UserError("ENVIRONMENT_VARIABLE_INVALID", `${invalid.join(", ")}: no variable can be called so`, {
    hint: "Behind BPE_, BPE_APPEND_, BPE_DEFAULT_, BPE_DELIM_, BPE_OVERRIDE_ or BPE_PREPEND_ stands the name of a variable: letters, digits and _, not CNB_….",
  });
}
