import { defined } from "../defined.ts";
import { applyEnvDirectory, type Env, type EnvFileMap, prependPath } from "./apply.ts";
import { byBytes } from "./byte-order.ts";

/** A layer as the lifecycle reads it from disk. */
export interface LayerFiles {
  /** The name of the layer's directory, which determines the layer's position among the others. */
  readonly name: string;
  /** The absolute path of the layer's directory. */
  readonly path: string;
  /**
   * File contents by path below the layer. Outside of env directories, only the paths matter:
   * `bin/node`, `lib/`.
   */
  readonly files: EnvFileMap;
}

type PathVariables = readonly (readonly [directory: string, variables: readonly string[]])[];

const buildPaths: PathVariables = [
  ["bin", ["PATH"]],
  ["lib", ["LD_LIBRARY_PATH", "LIBRARY_PATH"]],
  ["include", ["CPATH"]],
  ["pkgconfig", ["PKG_CONFIG_PATH"]],
];

const launchPaths: PathVariables = [
  ["bin", ["PATH"]],
  ["lib", ["LD_LIBRARY_PATH"]],
];

/**
 * The directories of a layer that the lifecycle prepends to path variables if they exist.
 *
 * @example `pathDirectories.includes("bin")`
 */
export const pathDirectories: readonly string[] = buildPaths.map(([directory]) => directory);

/** The names of the variables that contain paths. */
export const pathVariables: readonly string[] = buildPaths.flatMap(([, variables]) => variables);

// what the lifecycle lets through to buildpacks besides path variables (lifecycle/env/build.go)
const inheritedNames: readonly string[] = [
  "CNB_STACK_ID",
  "HOME",
  "HOSTNAME",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "https_proxy",
  "http_proxy",
  "no_proxy",
];

// what the launcher takes out of the container's environment (lifecycle/env/launch.go)
const launcherNames: readonly string[] = [
  "CNB_APP_DIR",
  "CNB_DEPRECATION_MODE",
  "CNB_LAYERS_DIR",
  "CNB_PLATFORM_API",
  "CNB_PROCESS_TYPE",
];

/**
 * Selects the variables of the build container that the lifecycle passes to the first buildpack.
 *
 * @example `inheritedEnv({ PATH: "/usr/bin", LANG: "C" }) // { PATH: "/usr/bin" }`
 */
export function inheritedEnv(container: Env): Env {
  const isInherited = (name: string) => inheritedNames.includes(name) || pathVariables.includes(name);
  return Object.fromEntries(Object.entries(container).filter(([name]) => isInherited(name)));
}

/**
 * Selects the variables of a container that the launcher passes to the process.
 *
 * @example `launchInheritedEnv({ PATH: "/cnb/process:/cnb/lifecycle:/usr/bin", CNB_APP_DIR: "/workspace" }) // { PATH: "/usr/bin" }`
 */
export function launchInheritedEnv(container: Env): Env {
  const { PATH, ...others } = container;
  const kept = Object.entries(others).filter(([name]) => !launcherNames.includes(name));
  const directories = PATH?.split(":").filter((each) => each !== "/cnb/process" && each !== "/cnb/lifecycle");
  return { ...Object.fromEntries(kept), ...defined({ PATH: directories?.join(":") }) };
}

/**
 * Composes the environment that later buildpacks get from one buildpack's build layers, exactly as
 * the lifecycle does. Layers are applied in the order of the names of their metadata files
 * (`node-modules.toml` before `node.toml`). For each layer, its path directories are applied first,
 * then `env/`, then `env.build/`. Each layer prepends its directories, so those of the last layer
 * come first.
 *
 * @example
 * `composeBuildEnv([{ name: "node", path: "/layers/x/node", files: { "bin/node": "" } }], { PATH: "/bin" }) // PATH=/layers/x/node/bin:/bin`
 */
export function composeBuildEnv(layers: readonly LayerFiles[], base: Env): Env {
  return inOrder(layers, ({ name }) => `${name}.toml`).reduce((env, layer) => {
    const shared = applyEnvDirectory(withPaths(env, layer, "build"), "env", layer.files);
    return applyEnvDirectory(shared, "env.build", layer.files);
  }, base);
}

/**
 * Composes the environment of a process from the launch layers of one buildpack, as the launcher
 * does before exec.d. The path directories of all layers come first, in the order of the layers'
 * names. Then each layer's `env/`, `env.launch/` and `env.launch/<type>/` are applied. For several
 * buildpacks, call this function in their order, with each result as the next `base`.
 *
 * @param base for the first buildpack: `launchInheritedEnv` of the container's environment
 * @example `composeLaunchEnv([{ name: "node", path: "/layers/x/node", files: { "env.launch/A.default": "1" } }], {}, "web") // A=1`
 */
export function composeLaunchEnv(layers: readonly LayerFiles[], base: Env, processType?: string): Env {
  const ordered = inOrder(layers, ({ name }) => name);
  const scopes = ["env", "env.launch", ...(processType ? [`env.launch/${processType}`] : [])];
  const paths = ordered.reduce((env, layer) => withPaths(env, layer, "launch"), base);
  return ordered.reduce(
    (env, { files }) => scopes.reduce((scoped, scope) => applyEnvDirectory(scoped, scope, files), env),
    paths,
  );
}

/** Returns the path variables of a layer with their directories. */
export function pathsOf(
  { path, files }: LayerFiles,
  phase: "build" | "launch",
): readonly (readonly [variable: string, directory: string])[] {
  // whatever is there counts, also a link or a file
  const exists = (name: string) => Object.keys(files).some((file) => file === name || file.startsWith(`${name}/`));
  return (phase === "build" ? buildPaths : launchPaths)
    .filter(([directory]) => exists(directory))
    .flatMap(([directory, variables]) => variables.map((variable) => [variable, `${path}/${directory}`] as const));
}

const withPaths = (env: Env, layer: LayerFiles, phase: "build" | "launch") =>
  pathsOf(layer, phase).reduce((result, [variable, directory]) => prependPath(result, variable, directory), env);

const inOrder = <T>(layers: readonly T[], key: (layer: T) => string) =>
  [...layers].sort((one, other) => byBytes(key(one), key(other)));
