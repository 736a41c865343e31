import type { Env } from "../env/apply.ts";

// What changes how an interpreter or the dynamic linker starts. Whatever put it into this process's environment was meant for this process.
const startVariables: readonly string[] = [
  "BUN_BE_BUN",
  "BUN_OPTIONS",
  "LD_AUDIT",
  "LD_PRELOAD",
  "NODE_CHANNEL_FD",
  "NODE_CHANNEL_SERIALIZATION_MODE",
  "NODE_OPTIONS",
  "NODE_PATH",
  "NODE_REPL_EXTERNAL_MODULE",
  "NODE_V8_COVERAGE",
];

/**
 * The environment that a buildpack and its tools see: the process's own, without what changes the start of interpreters unless the user set it
 * for the build.
 */
export function toolEnv(processEnv: Readonly<Record<string, string | undefined>>, platformEnv: Env): Env {
  const names = Object.keys(processEnv).filter((name) => !startVariables.includes(name) || name in platformEnv);
  return Object.fromEntries(
    names.flatMap((name) => (processEnv[name] === undefined ? [] : [[name, processEnv[name]]])),
  );
}
