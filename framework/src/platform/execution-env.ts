import type { Env, EnvDirectory } from "../env/apply.ts";
import { withOverlay } from "../env/overlay.ts";

/** What one execution of a buildpack sees: the user's variables unless it clears them, the operator's, then the contract's. */
export interface ExecutionEnv {
  /** `<platform>/env`: a file's name is the variable's. */
  readonly platform: EnvDirectory;
  /** `/cnb/build-config/env`: with suffixes. */
  readonly operator: EnvDirectory;
  readonly clearEnv: boolean;
  readonly contract: Env;
}

/**
 * Composes the environment of one execution from what the build container and buildpacks before set (spec section 4.4).
 *
 * @example `executionEnv({}, { platform: new Map([["BP_X", "1"]]), operator: new Map(), clearEnv: false, contract: {} }).BP_X // "1"`
 */
export function executionEnv(env: Env, { platform, operator, clearEnv, contract }: ExecutionEnv): Env {
  const user = clearEnv ? {} : Object.fromEntries(platform);
  return { ...withOverlay(env, { user, operator }), ...contract };
}
