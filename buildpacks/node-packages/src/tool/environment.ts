import type { ManagerName } from "@libcnb/node-app";
import { type LayerEnv, override } from "libcnb";

/**
 * Returns the environment variables that prevent a package manager from switching to another
 * version of itself, because the version is already chosen and installed.
 */
export function toolEnvironment(name: ManagerName): LayerEnv {
  const variables = Object.entries(versionSwitches[name]).map(([variable, value]) => [variable, override(value)]);
  return { shared: Object.fromEntries(variables) };
}

const versionSwitches: Readonly<Record<ManagerName, Readonly<Record<string, string>>>> = {
  npm: {},
  yarn: { YARN_IGNORE_PATH: "1", SKIP_YARN_COREPACK_CHECK: "1" },
  pnpm: {
    // pnpm up to 10
    npm_config_manage_package_manager_versions: "false",
    npm_config_package_manager_strict: "false",
    // pnpm 11 and newer
    pnpm_config_pm_on_fail: "ignore",
  },
  bun: {},
};
