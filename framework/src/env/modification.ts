/** A modification of one environment variable. */
export type EnvModification =
  | { readonly action: "override"; readonly value: string }
  | { readonly action: "default"; readonly value: string }
  | { readonly action: "append" | "prepend"; readonly value: string; readonly delimiter: string };

/** Modifications by variable name. Several modifications of one variable are applied in order. */
export type EnvModifications = Readonly<Record<string, EnvModification | readonly EnvModification[]>>;

/** The environment of a layer by scope: one scope for each directory in the specification. */
export interface LayerEnv {
  /** Scope of later buildpacks and all processes of the image (`env/`). */
  readonly shared?: EnvModifications;
  /** Scope of later buildpacks (`env.build/`). */
  readonly build?: EnvModifications;
  /** Scope of all processes of the image (`env.launch/`). */
  readonly launch?: EnvModifications;
  /** Scope of processes of one type (`env.launch/<type>/`). */
  readonly process?: Readonly<Record<string, EnvModifications>>;
}

/**
 * Sets the variable and replaces any value.
 *
 * @example `shared: { NODE_HOME: override(path) }`
 * @see https://github.com/buildpacks/spec/blob/main/buildpack.md#override
 */
export const override = (value: string): EnvModification => ({ action: "override", value });

/**
 * Sets the variable if it is unset or empty.
 *
 * @example `launch: { NODE_ENV: defaultTo("production") }`
 * @see https://github.com/buildpacks/spec/blob/main/buildpack.md#default
 */
export const defaultTo = (value: string): EnvModification => ({ action: "default", value });

/**
 * Appends `value` to the variable.
 *
 * Writes `<NAME>.append` and `<NAME>.delim`: without the delimiter file the lifecycle joins with nothing, so the default here is `:`.
 *
 * @example `build: { JAVA_TOOL_OPTIONS: append("-Xmx1g", " ") }`
 * @see https://github.com/buildpacks/spec/blob/main/buildpack.md#append
 */
export const append = (value: string, delimiter = ":"): EnvModification => ({ action: "append", value, delimiter });

/**
 * Prepends `value` to the variable.
 *
 * Writes `<NAME>.prepend` and `<NAME>.delim`: without the delimiter file the lifecycle joins with nothing, so the default here is `:`.
 *
 * @example `launch: { PATH: prepend(join(path, "node_modules/.bin")) }`
 * @see https://github.com/buildpacks/spec/blob/main/buildpack.md#prepend
 */
export const prepend = (value: string, delimiter = ":"): EnvModification => ({ action: "prepend", value, delimiter });

/**
 * Merges environments. Modifications of one variable in one scope are applied in the order of the
 * arguments: appends and prepends accumulate.
 *
 * @example `joinEnvs({ shared: { JAVA_HOME: override("/opt/java") } }, { shared: { PATH: prepend("/opt/bin") } })`
 */
export function joinEnvs(...envs: readonly LayerEnv[]): LayerEnv {
  const types = new Set(envs.flatMap(({ process = {} }) => Object.keys(process)));
  const process = [...types].map((type) => [type, joined(envs.map((env) => env.process?.[type]))] as const);
  return {
    shared: joined(envs.map(({ shared }) => shared)),
    build: joined(envs.map(({ build }) => build)),
    launch: joined(envs.map(({ launch }) => launch)),
    process: Object.fromEntries(process),
  };
}

function joined(all: readonly (EnvModifications | undefined)[]): EnvModifications {
  const lists = new Map<string, EnvModification[]>();
  for (const [name, given] of all.flatMap((each) => Object.entries(each ?? {}))) {
    lists.set(name, [...(lists.get(name) ?? []), ...("action" in given ? [given] : given)]);
  }
  return Object.fromEntries(lists);
}
