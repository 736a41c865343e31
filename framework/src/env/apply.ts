import { applyModification } from "./combine.ts";
import type { EnvModifications, LayerEnv } from "./modification.ts";

/** Environment variables of a process. */
export type Env = Readonly<Record<string, string>>;

/** Directories of a layer that the lifecycle puts in front of a variable during build, if they exist. */
export const buildPathDirectories: readonly (readonly [directory: string, variable: string])[] = [
  ["bin", "PATH"],
  ["lib", "LD_LIBRARY_PATH"],
  ["lib", "LIBRARY_PATH"],
  ["include", "CPATH"],
  ["pkgconfig", "PKG_CONFIG_PATH"],
];

/**
 * The environment that later buildpacks get from a build layer, as the lifecycle composes it: path directories, then `env/`, then `env.build/`.
 *
 * @param directories names of the directories that exist in the layer
 * @example `applyBuildEnv({ PATH: "/usr/bin" }, { path: "/layers/x/node", directories: ["bin"], env: {} }) // PATH=/layers/x/node/bin:/usr/bin`
 */
export function applyBuildEnv(
  env: Env,
  layer: { readonly path: string; readonly directories: readonly string[]; readonly env: LayerEnv },
): Env {
  const result: Record<string, string> = { ...env };
  for (const [directory, variable] of buildPathDirectories) {
    if (!layer.directories.includes(directory)) continue;
    change(result, { [variable]: { action: "prepend", value: `${layer.path}/${directory}`, delimiter: ":" } });
  }
  change(result, layer.env.shared);
  change(result, layer.env.build);
  return result;
}

function change(env: Record<string, string>, modifications: EnvModifications = {}): void {
  for (const [name, given] of Object.entries(modifications)) {
    for (const modification of "action" in given ? [given] : given) {
      const value = applyModification(env[name], modification);
      if (value !== undefined) env[name] = value;
    }
  }
}
