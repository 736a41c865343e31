import { type BuildContext, launchLayer, s, UserError } from "libcnb";
import { type Changes, modificationsOf, readChanges, uselessDelimiters } from "./changes.ts";

/** The layer has no contents: it has only environment files, which are written in each build. */
const variablesLayer = launchLayer("environment-variables", { metadata: s.table({ format: s.integer }) });

/**
 * Adds a layer that changes the environment variables of containers, as the user's `BPE_*`
 * variables request.
 */
export async function build({ env, platform, layers, log }: BuildContext): Promise<void> {
  const changes = readChanges({ ...env, ...platform.env });
  check(changes);
  // names alone: values may be secrets
  for (const { name, kind } of changes.changes) log.info(`${words[kind]} ${name} in the container`);
  for (const name of uselessDelimiters(changes))
    log.warn(`BPE_DELIM_${name} has no effect without BPE_APPEND_${name} or BPE_PREPEND_${name}`);
  if (changes.changes.length === 0) return;
  await layers.provide(variablesLayer, {
    metadata: { format: 1 },
    create: () => undefined,
    env: () => ({ launch: modificationsOf(changes) }),
  });
}

const words = {
  append: "Appending to",
  default: "Setting a default for",
  override: "Setting",
  prepend: "Prepending to",
};

function check({ invalid }: Changes): void {
  if (invalid.length === 0) return;
  throw new UserError(
    "ENVIRONMENT_VARIABLE_INVALID",
    `in ${invalid.join(", ")}, the text after the prefix is not a valid name of an environment variable`,
    {
      hint: 'Write the name of an environment variable after the prefix, for example BPE_OVERRIDE_PORT. A name consists of letters, digits and "_", and does not start with "CNB_".',
    },
  );
}
