import type { Configuration } from "../spec/configurations.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** The sources of values for declared variables. */
export interface ConfigSources {
  /**
   * The environment that the lifecycle composed for this buildpack. The user's variables are
   * included, unless `clear-env` is set.
   */
  readonly env: Variables;
  /** The variables that the user set for the build. */
  readonly platformEnv: Variables;
  readonly clearEnv: boolean;
}

/**
 * A variable with its value, if any, and the origin of the value: the user, the builder or an
 * earlier buildpack, or the default.
 */
export interface ChosenValue {
  readonly configuration: Configuration;
  readonly text: string | undefined;
  readonly source: "user" | "environment" | "default" | "none";
}

/**
 * Chooses the values of the declared variables. An empty value is treated as unset, like the
 * defaults of the lifecycle.
 */
export function chooseValues(
  configurations: readonly Configuration[],
  { env, platformEnv, clearEnv }: ConfigSources,
): readonly ChosenValue[] {
  // A variable that the operator overrides is only in `env`, even with an empty value: the user's value
  // must not be used instead.
  const locations = (name: string) => {
    if (clearEnv) return [platformEnv, env];
    return Object.hasOwn(env, name) ? [env] : [platformEnv];
  };
  return configurations.map((configuration) => {
    const { name, default: preset } = configuration;
    const text = locations(name)
      .map((variables) => own(variables, name))
      .find((value) => value !== undefined);
    if (text !== undefined)
      return { configuration, text, source: text === own(platformEnv, name) ? "user" : "environment" };
    return { configuration, text: preset || undefined, source: preset ? "default" : "none" };
  });
}

// the line end that editors put at the end of a file is not meant
function own(variables: Variables, name: string): string | undefined {
  const text = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return (text?.endsWith("\n") ? text.trimEnd() : text) || undefined;
}
