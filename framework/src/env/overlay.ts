import { type Env, prependPath } from "./apply.ts";
import { pathVariables } from "./compose.ts";

/**
 * Puts the user's variables over those of buildpacks, as the lifecycle does before each buildpack: path variables are put in front, all others replace.
 *
 * @example `withUserEnv({ PATH: "/bin", A: "1" }, { PATH: "/mine", A: "2" }) // { PATH: "/mine:/bin", A: "2" }`
 */
export function withUserEnv(env: Env, user: Env): Env {
  const paths = Object.entries(user).filter(([name]) => pathVariables.includes(name));
  return paths.reduce((result, [name, value]) => prependPath(result, name, value), {
    ...env,
    ...Object.fromEntries(Object.entries(user).filter(([name]) => !pathVariables.includes(name))),
  });
}

/**
 * Takes the user's variables off again: `withUserEnv(env, user)` is the same environment, but in between layers may change the variables of
 * buildpacks. A variable that does not have the user's value was not set by the lifecycle (`clear-env`, an operator's override) and stays.
 */
export function withoutUserEnv(composed: Env, given: Env): { readonly env: Env; readonly user: Env } {
  const user = Object.fromEntries(Object.entries(given).filter(([name, value]) => isOver(composed[name], name, value)));
  const env = Object.entries(composed).flatMap(([name, value]) => {
    const rest = name in user ? behind(value, user[name] ?? "") : value;
    return rest === undefined ? [] : [[name, rest]];
  });
  return { env: Object.fromEntries(env), user };
}

function isOver(value: string | undefined, name: string, over: string): boolean {
  return value === over || (pathVariables.includes(name) && value?.startsWith(`${over}:`) === true);
}

const behind = (value: string, front: string) => (value === front ? undefined : value.slice(front.length + 1));
