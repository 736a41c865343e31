import { join } from "node:path";
import type { LockfileLocation, Variables } from "../package-manager.ts";
import { certificatesOfPip, withIndexOfPip } from "../project/of-pip.ts";

/**
 * The environment variables for PDM. They select the virtual environment, and override user
 * settings that conflict with the build.
 */
export function environment({ project, venv, cacheDir, workDir, secretDir, indexes }: LockfileLocation): Variables {
  return {
    ...unset,
    VIRTUAL_ENV: venv.dir,
    PDM_IGNORE_SAVED_PYTHON: "1",
    PDM_USE_VENV: "true",
    PDM_USE_UV: "false",
    // a link into the cache is of no use at launch
    PDM_INSTALL_CACHE: "false",
    PDM_CACHE_DIR: join(cacheDir, "pdm"),
    PDM_LOG_DIR: join(workDir, "pdm-log"),
    PDM_CHECK_UPDATE: "false",
    PDM_NON_INTERACTIVE: "1",
    ...certificatesOfPip(project.env),
    ...(withIndexOfPip(indexes, project.env).length > 0 && { PDM_CONFIG_FILE: configFile(secretDir) }),
  };
}

/**
 * Returns the path of PDM's settings file for the user's indexes, which is written before PDM runs.
 */
export const configFile = (secretDir: string): string => join(secretDir, "pdm.toml");

const unset: Variables = Object.fromEntries(
  [
    "PDM_AUTO_GLOBAL",
    "PDM_FROZEN_LOCKFILE",
    "PDM_IGNORE_ACTIVE_VENV",
    "PDM_IN_VENV",
    "PDM_LOCKFILE",
    "PDM_PROJECT",
    "PDM_PYTHON",
  ].map((name) => [name, undefined]),
);
