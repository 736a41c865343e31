import type { Env } from "../env/apply.ts";
import { isStartVariable } from "../env/start-variables.ts";
import { entriesOf } from "../host/read.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The environment that a buildpack and its tools see: the process's own, without what changes how programs start unless it was asked for.
 * A buildpack that ran before in the same build cannot ask for it.
 */
export function toolEnv(processEnv: Variables, asked: ReadonlySet<string>): Env {
  const set = Object.entries(processEnv).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(set.filter(([name]) => asked.has(name) || !isStartVariable(name)));
}

/** Where a builder has the variables of its operator (Platform specification, "Operator-Defined Variables"). */
export const operatorDir = "/cnb/build-config/env";

/** The variables that the user or the operator of the builder has set for the build. */
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
 * The user's variables for settings of a buildpack. With `clear-env` they are in no environment, so the process does not show what the operator
 * overrides: it is left out here.
 */
export async function userSettings(platformEnv: Env, clearEnv: boolean, dir = operatorDir): Promise<Env> {
  if (!clearEnv) return platformEnv;
  const overridden = new Set((await entriesOf(dir)).map(({ name }) => name));
  return Object.fromEntries(Object.entries(platformEnv).filter(([name]) => !overridden.has(`${name}.override`)));
}

/** Environment and the user's settings as one: without `clear-env` the first has the second, under what the operator overrides. */
export const settingsEnv = (env: Env, settings: Env, clearEnv: boolean): Env =>
  clearEnv ? { ...env, ...settings } : { ...settings, ...env };
