import type { Configuration } from "../spec/configurations.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** Where values are looked up. */
export interface ConfigSources {
  /** The composed environment before this buildpack: the user's variables are in it, unless `clear-env` keeps them out. */
  readonly env: Variables;
  /** What the user set for the build. */
  readonly platformEnv: Variables;
  readonly clearEnv: boolean;
}

/** A variable with its value, if it has one, and whose value that is: the user's, of the builder or an earlier buildpack, the default. */
export interface ChosenValue {
  readonly configuration: Configuration;
  readonly text: string | undefined;
  readonly source: "user" | "environment" | "default" | "none";
}

/** The values of the declared variables. An empty one counts as not set, as it does to the lifecycle's own defaults. */
export function chooseValues(
  configurations: readonly Configuration[],
  { env, platformEnv, clearEnv }: ConfigSources,
): readonly ChosenValue[] {
  // What the operator overrides is in `env` alone, also if it is empty: the user's value must not come back.
  const places = (name: string) => (clearEnv ? [platformEnv, env] : [Object.hasOwn(env, name) ? env : platformEnv]);
  return configurations.map((configuration) => {
    const { name, default: preset } = configuration;
    const text = places(name)
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
