import type { Env, EnvDirectory } from "../env/apply.ts";
import { withOverlay } from "../env/overlay.ts";

/**
 * The variables that determine the environment of one buildpack execution: the user's variables
 * unless `clear-env` is set, then the operator's, then those of the specification
 * (`CNB_BUILDPACK_DIR`, `CNB_LAYERS_DIR`, …).
 */
export interface ExecutionEnv {
  /** The files of `<platform>/env`. Each file is named after its variable. */
  readonly platform: EnvDirectory;
  /** The files of `/cnb/build-config/env`. Their names may have suffixes. */
  readonly operator: EnvDirectory;
  readonly clearEnv: boolean;
  readonly contract: Env;
}

/**
 * Composes the environment of one buildpack execution from the variables of the build container and
 * of earlier buildpacks.
 *
 * @example
 * `executionEnv({}, { platform: new Map([["BP_X", "1"]]), operator: new Map(), clearEnv: false, contract: {} }).BP_X // "1"`
 */
export function executionEnv(env: Env, { platform, operator, clearEnv, contract }: ExecutionEnv): Env {
  const user = clearEnv ? {} : Object.fromEntries(platform);
  return { ...withOverlay(env, { user, operator }), ...contract };
}
