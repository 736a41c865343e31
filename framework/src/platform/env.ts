import { byBytes } from "./byte-order.ts";

/** Environment variables by name. */
export type Variables = ReadonlyMap<string, string>;

/** The files of one env directory: name → contents, unchanged. */
export type EnvFiles = ReadonlyMap<string, string>;

/** What the platform passes through to buildpacks and nothing else (spec row 47). */
const passedThrough = [
  "CNB_STACK_ID", "HOSTNAME", "HOME",
  "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
]; // biome-ignore format: one line per kind

/** Directories of a layer that become part of path variables (spec row 46). */
const layerPaths: Readonly<Record<string, readonly string[]>> = {
  bin: ["PATH"],
  lib: ["LD_LIBRARY_PATH", "LIBRARY_PATH"],
  include: ["CPATH"],
  pkgconfig: ["PKG_CONFIG_PATH"],
};

const pathVariables = new Set(Object.values(layerPaths).flat());

/** The directories of a layer that `withLayerPaths` looks at. */
export const layerPathNames: readonly string[] = Object.keys(layerPaths);

/**
 * The base environment of every buildpack: the allowed part of the container's.
 *
 * @example `baseVariables({ PATH: "/bin", LANG: "C" }) // PATH only`
 */
export function baseVariables(container: Readonly<Record<string, string>>): Variables {
  return new Map(Object.entries(container).filter(([name]) => passedThrough.includes(name) || pathVariables.has(name)));
}

/**
 * Puts the existing path directories of a build layer in front of their variables.
 *
 * @example `withLayerPaths(new Map([["PATH", "/bin"]]), "/layers/x/node", ["bin"]).get("PATH") // "/layers/x/node/bin:/bin"`
 */
export function withLayerPaths(variables: Variables, layer: string, existing: readonly string[]): Variables {
  const next = new Map(variables);
  for (const directory of existing) {
    for (const name of layerPaths[directory] ?? [])
      next.set(name, before(`${layer}/${directory}`, next.get(name), ":"));
  }
  return next;
}

/**
 * Applies the files of an env directory in the order of their names, as the lifecycle does (spec rows 42 to 45):
 * `.delim` counts in its own directory only, without one there is no delimiter, an unknown suffix is ignored.
 *
 * @example `withEnvFiles(new Map(), new Map([["NODE_ENV.default", "production"]]), "override").get("NODE_ENV") // "production"`
 */
export function withEnvFiles(variables: Variables, files: EnvFiles, unsuffixed: "override" | "default"): Variables {
  const next = new Map(variables);
  for (const file of [...files.keys()].sort(byBytes)) {
    const [name = "", suffix = unsuffixed] = splitOnce(file, ".");
    const value = modified(next.get(name), suffix, files.get(file) ?? "", files.get(`${name}.delim`) ?? "");
    if (value !== undefined && isVariableName(name)) next.set(name, value);
  }
  return next;
}

function modified(current: string | undefined, action: string, value: string, delimiter: string): string | undefined {
  if (action === "override") return value;
  if (action === "default") return current ? undefined : value;
  if (action === "prepend") return before(value, current, delimiter);
  if (action === "append") return current ? current + delimiter + value : value;
  return undefined;
}

/** The user's variables: no suffixes, path variables are put in front, the others replace (spec row 48). */
export function withPlatformEnv(variables: Variables, files: EnvFiles): Variables {
  const next = new Map(variables);
  for (const name of [...files.keys()].sort(byBytes).filter(isVariableName)) {
    const value = files.get(name) ?? "";
    next.set(name, pathVariables.has(name) ? before(value, next.get(name), ":") : value);
  }
  return next;
}

/** What one execution of a buildpack sees: user's variables unless it clears them, the operator's, then the contract's. */
export interface ExecutionEnv {
  readonly platform: EnvFiles;
  readonly operator: EnvFiles;
  readonly clearEnv: boolean;
  readonly contract: Readonly<Record<string, string>>;
}

/**
 * Composes the environment of one execution (spec section 4.4).
 *
 * @example `executionEnv(new Map(), { platform: new Map([["BP_X", "1"]]), operator: new Map(), clearEnv: false, contract: {} }).BP_X // "1"`
 */
export function executionEnv(
  variables: Variables,
  { platform, operator, clearEnv, contract }: ExecutionEnv,
): Record<string, string> {
  const user = clearEnv ? variables : withPlatformEnv(variables, platform);
  return { ...Object.fromEntries(withEnvFiles(user, operator, "default")), ...contract };
}

const before = (value: string, current: string | undefined, delimiter: string): string =>
  current ? value + delimiter + current : value;

/** An environment cannot hold an empty name, `=` or NUL; the kernel would cut or refuse it. */
const isVariableName = (name: string): boolean => /^[^=\0]+$/.test(name);

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
