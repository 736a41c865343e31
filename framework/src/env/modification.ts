/** What happens to one environment variable. */
export type EnvModification =
  | { readonly action: "override"; readonly value: string }
  | { readonly action: "default"; readonly value: string }
  | { readonly action: "append" | "prepend"; readonly value: string; readonly delimiter: string };

/** Modifications by variable name. Several of one variable are applied in the order given. */
export type EnvModifications = Readonly<Record<string, EnvModification | readonly EnvModification[]>>;

/** The environment of a layer, by who sees it: one scope for each directory of the specification. */
export interface LayerEnv {
  /** Later buildpacks and all processes of the image (`env/`). */
  readonly shared?: EnvModifications;
  /** Later buildpacks (`env.build/`). */
  readonly build?: EnvModifications;
  /** All processes of the image (`env.launch/`). */
  readonly launch?: EnvModifications;
  /** Processes of one type (`env.launch/<type>/`). */
  readonly process?: Readonly<Record<string, EnvModifications>>;
}

/**
 * Sets the variable, whatever it was.
 *
 * @example `shared: { NODE_HOME: override(path) }`
 * @see https://github.com/buildpacks/spec/blob/main/buildpack.md#override
 */
export const override = (value: string): EnvModification => ({ action: "override", value });

/**
 * Sets the variable unless it has a value that is not empty.
 *
 * @example `launch: { NODE_ENV: defaultTo("production") }`
 * @see https://github.com/buildpacks/spec/blob/main/buildpack.md#default
 */
export const defaultTo = (value: string): EnvModification => ({ action: "default", value });

/**
 * Adds `value` behind what the variable holds.
 *
 * Writes `<NAME>.append` and `<NAME>.delim`: without the delimiter file the lifecycle joins with nothing, so the default here is `:`.
 *
 * @example `build: { JAVA_TOOL_OPTIONS: append("-Xmx1g", " ") }`
 * @see https://github.com/buildpacks/spec/blob/main/buildpack.md#append
 */
export const append = (value: string, delimiter = ":"): EnvModification => ({ action: "append", value, delimiter });

/**
 * Adds `value` in front of what the variable holds.
 *
 * Writes `<NAME>.prepend` and `<NAME>.delim`: without the delimiter file the lifecycle joins with nothing, so the default here is `:`.
 *
 * @example `launch: { PATH: prepend(join(path, "node_modules/.bin")) }`
 * @see https://github.com/buildpacks/spec/blob/main/buildpack.md#prepend
 */
export const prepend = (value: string, delimiter = ":"): EnvModification => ({ action: "prepend", value, delimiter });

/**
 * Joins the environments of several sources into one. What several say of one variable in one scope is done one after the other, in the order
 * of the arguments: appends and prepends accumulate.
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
