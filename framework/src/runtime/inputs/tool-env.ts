import type { Env } from "../../env/apply.ts";
import { isStartVariable } from "../../env/start-variables.ts";
import { entriesOf } from "../../host/files/read.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The environment of a buildpack and its tools: the process's own, without variables that change
 * how programs start, unless requested. An earlier buildpack in the same build cannot request them.
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

/** The variables that the user or the builder's operator requested for the build. */
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
 * The user's variables that configure a buildpack. With `clear-env` they are not in the
 * environment, so operator overrides are not visible in the process and are removed here.
 */
export async function userSettings(platformEnv: Env, clearEnv: boolean, dir = operatorDir): Promise<Env> {
  if (!clearEnv) return platformEnv;
  const overridden = new Set((await entriesOf(dir)).map(({ name }) => name));
  return Object.fromEntries(Object.entries(platformEnv).filter(([name]) => !overridden.has(`${name}.override`)));
}

/**
 * The environment merged with the user's settings: without `clear-env` the environment already
 * contains them, below the operator's overrides.
 */
export const settingsEnv = (env: Env, settings: Env, clearEnv: boolean): Env =>
  clearEnv ? { ...env, ...settings } : { ...settings, ...env };
