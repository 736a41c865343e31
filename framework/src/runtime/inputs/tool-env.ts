import type { Env } from "../../env/apply.ts";
import { isStartVariable } from "../../env/start-variables.ts";
import { entriesOf } from "../../host/files/read.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Returns the environment of a buildpack and its tools: the environment of the process, except
 * variables that change how programs start. Such a variable is only kept if the user or the
 * operator set it. It is not kept if it comes from an earlier buildpack.
 */
export function toolEnv(processEnv: Variables, asked: ReadonlySet<string>): Env {
  const set = Object.entries(processEnv).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(set.filter(([name]) => asked.has(name) || !isStartVariable(name)));
}

/**
 * The directory of a builder's operator-defined variables (Platform specification,
 * "Operator-Defined Variables").
 */
export const operatorDir = "/cnb/build-config/env";

/**
 * Returns the names of the variables that the user set for the build. The result only includes the
 * names of the operator's variables if the process has other variables that change how programs
 * start.
 */
export async function askedVariables(
  processEnv: Variables,
  platformEnv: Env,
  dir = operatorDir,
): Promise<ReadonlySet<string>> {
  const asked = new Set(Object.keys(platformEnv));
  if (Object.keys(processEnv).every((name) => asked.has(name) || !isStartVariable(name))) return asked;
  for (const { name } of await entriesOf(dir))
    asked.add(name.replace(/\.(append|default|delim|override|prepend)$/, ""));
  return asked;
}

/**
 * Returns the user's environment variables that configure a buildpack. With `clear-env`, the
 * process's environment contains neither these variables nor the operator's overrides. Therefore,
 * variables that the operator overrides are omitted from the result.
 */
export async function userSettings(platformEnv: Env, clearEnv: boolean, dir = operatorDir): Promise<Env> {
  if (!clearEnv) return platformEnv;
  const overridden = new Set((await entriesOf(dir)).map(({ name }) => name));
  return Object.fromEntries(Object.entries(platformEnv).filter(([name]) => !overridden.has(`${name}.override`)));
}

/**
 * Merges the environment and the user's settings. Without `clear-env`, the environment already
 * contains the settings with the operator's overrides applied, so it takes precedence.
 */
export const settingsEnv = (env: Env, settings: Env, clearEnv: boolean): Env =>
  clearEnv ? { ...env, ...settings } : { ...settings, ...env };
