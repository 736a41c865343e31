import { applyEnvFiles, changesIn, type Env, type EnvDirectory, isVariableName, prependPath } from "./apply.ts";
import { pathVariables } from "./compose.ts";

/**
 * The variables of the user and of the platform's operator, which are applied after the variables
 * of buildpacks.
 */
export interface Overlay {
  /** The variables that the user set for the build. */
  readonly user: Env;
  /** The files of the operator in `/cnb/build-config/env`. */
  readonly operator: EnvDirectory;
}

/**
 * Applies the user's variables to an environment, as the lifecycle does before each buildpack: path
 * variables are prepended, and all others are replaced (docs/conformance.md, row 48). Then the
 * operator's variables are applied, which are defaults if their files have no suffix
 * (docs/conformance.md, row 49).
 *
 * @example `withOverlay({ PATH: "/bin" }, { user: { PATH: "/mine" }, operator: new Map([["A", "1"]]) }) // { PATH: "/mine:/bin", A: "1" }`
 */
export function withOverlay(env: Env, { user, operator }: Overlay): Env {
  return applyEnvFiles(withUserEnv(env, user), operator, "default");
}

/**
 * Removes the variables of the user and the operator from an environment, and returns the
 * environment and the removed overlay. Layers can then change the variables of buildpacks before
 * {@link withOverlay} applies the overlay again. With `clear-env`, the environment does not contain
 * the user's values, so they are not in the returned overlay.
 */
export function withoutOverlay(composed: Env, given: Overlay): { readonly env: Env; readonly overlay: Overlay } {
  const { env, user } = withoutUserEnv(withoutOperatorEnv(composed, given.operator), given.user);
  return { env, overlay: { user, operator: given.operator } };
}

function withUserEnv(env: Env, user: Env): Env {
  const own = Object.entries(user).filter(([name]) => isVariableName(name));
  const [paths, others] = [own.filter(isPath), own.filter((entry) => !isPath(entry))];
  return paths.reduce((result, [name, value]) => prependPath(result, name, value), {
    ...env,
    ...Object.fromEntries(others),
  });
}

const isPath = ([name]: readonly [name: string, value: string]): boolean => pathVariables.includes(name);

function withoutUserEnv(composed: Env, given: Env): { readonly env: Env; readonly user: Env } {
  const set = new Map(Object.entries(composed));
  const user = new Map(Object.entries(given).filter(([name, value]) => isOver(set.get(name), name, value)));
  const env = [...set].flatMap(([name, value]) => entry(name, user.has(name) ? behind(value, user.get(name)) : value));
  return { env: Object.fromEntries(env), user: Object.fromEntries(user) };
}

function isOver(value: string | undefined, name: string, over: string): boolean {
  return value === over || (pathVariables.includes(name) && value?.startsWith(`${over}:`) === true);
}

const behind = (value: string, front = "") => (value === front ? undefined : value.slice(front.length + 1));

const entry = (name: string, value: string | undefined): readonly (readonly [string, string])[] =>
  value === undefined ? [] : [[name, value]];

function withoutOperatorEnv(composed: Env, operator: EnvDirectory): Env {
  const changed = new Set(changesIn(operator).map(({ name }) => name));
  const env = Object.entries(composed).flatMap(([name, value]) =>
    entry(name, changed.has(name) ? beforeOperator(name, value, operator) : value),
  );
  return Object.fromEntries(env);
}

/** A minimal value that the operator's files turn into this one; undefined if there is none. */
function beforeOperator(name: string, value: string, operator: EnvDirectory): string | undefined {
  const [prepended, appended, delimiter = ""] = ["prepend", "append", "delim"].map((suffix) =>
    operator.get(`${name}.${suffix}`),
  );
  const onPath = operator.get(`${name}.`);
  const withoutPrepended = prepended === undefined ? value : removeStart(value, prepended + delimiter);
  const withoutFront =
    onPath === undefined
      ? withoutPrepended
      : removeStart(withoutPrepended, onPath + (operator.get(`${name}.delim`) ?? ":"));
  const withoutEnd = (text: string) => (appended === undefined ? text : removeEnd(text, delimiter + appended));
  const candidates = [undefined, withoutEnd(withoutFront), withoutFront, withoutEnd(value)];
  const makesIt = (before: string | undefined) => {
    const env = applyEnvFiles(Object.fromEntries(entry(name, before)), operator, "default");
    return new Map(Object.entries(env)).get(name) === value;
  };
  const found = candidates.findIndex(makesIt);
  return found < 0 ? value : candidates[found];
}

const removeStart = (text: string, start: string) => (text.startsWith(start) ? text.slice(start.length) : text);
const removeEnd = (text: string, end: string) => (text.endsWith(end) ? text.slice(0, text.length - end.length) : text);
