/** A modification of one environment variable. */
export type EnvModification =
  | { readonly action: "override"; readonly value: string }
  | { readonly action: "default"; readonly value: string }
  | { readonly action: "append" | "prepend"; readonly value: string; readonly delimiter: string };

/**
 * Modifications by variable name. If a variable has several modifications, they are applied in
 * order.
 */
export type EnvModifications = Readonly<Record<string, EnvModification | readonly EnvModification[]>>;

/**
 * The environment variables that a layer modifies, by scope.
 *
 * A modification is a file in the layer: the scope is its directory, and the action is its suffix.
 * The lifecycle applies the files when it starts a later buildpack, and the launcher applies them
 * when it starts a process. The buildpack that provides the layer does not get these variables. Its
 * own tools get variables through the `env` of `run`.
 *
 * A layer with a `bin` directory needs no modification of `PATH`, because the lifecycle itself
 * prepends `bin` and `lib` of build and launch layers.
 *
 * @example
 * ```ts
 * const env: LayerEnv = {
 *   // later buildpacks and all processes
 *   shared: { JAVA_HOME: override(path) },
 *   // later buildpacks only
 *   build: { MAVEN_OPTS: append("-Xmx1g", " ") },
 *   // all processes; users can set another value
 *   launch: { NODE_ENV: defaultTo("production") },
 *   // processes of the type worker
 *   process: { worker: { QUEUE: defaultTo("default") } },
 * };
 * ```
 * @see
 * https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#environment-variable-modification-rules
 */
export interface LayerEnv {
  /** Modifications for later buildpacks and all processes of the image (`env/`). */
  readonly shared?: EnvModifications;
  /** Modifications for later buildpacks (`env.build/`). */
  readonly build?: EnvModifications;
  /** Modifications for all processes of the image (`env.launch/`). */
  readonly launch?: EnvModifications;
  /** Modifications for processes of one type (`env.launch/<type>/`). */
  readonly process?: Readonly<Record<string, EnvModifications>>;
}

/**
 * Sets the variable and replaces any value.
 *
 * @example `shared: { NODE_HOME: override(path) }`
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#override
 */
export const override = (value: string): EnvModification => ({ action: "override", value });

/**
 * Sets the variable if it is unset or empty.
 *
 * @example `launch: { NODE_ENV: defaultTo("production") }`
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#default
 */
export const defaultTo = (value: string): EnvModification => ({ action: "default", value });

/**
 * Appends `value` to the variable.
 *
 * Writes `<NAME>.append` and `<NAME>.delim`. The default delimiter is `:`. The lifecycle itself has
 * no default delimiter.
 *
 * @example `build: { JAVA_TOOL_OPTIONS: append("-Xmx1g", " ") }`
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#append
 */
export const append = (value: string, delimiter = ":"): EnvModification => ({ action: "append", value, delimiter });

/**
 * Prepends `value` to the variable.
 *
 * Writes `<NAME>.prepend` and `<NAME>.delim`. The default delimiter is `:`. The lifecycle itself
 * has no default delimiter.
 *
 * @example `launch: { PATH: prepend(join(path, "node_modules/.bin")) }`
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#prepend
 */
export const prepend = (value: string, delimiter = ":"): EnvModification => ({ action: "prepend", value, delimiter });

/**
 * Merges environments. Modifications of one variable in one scope are applied in the order of the
 * arguments: appends and prepends accumulate.
 *
 * @example `mergeEnv({ shared: { JAVA_HOME: override("/opt/java") } }, { shared: { PATH: prepend("/opt/bin") } })`
 */
export function mergeEnv(...envs: readonly LayerEnv[]): LayerEnv {
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
