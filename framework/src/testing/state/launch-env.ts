import type { Env } from "../../env/apply.ts";
import { launchEnvOf } from "../group/image.ts";
import type { BuildOutcome } from "../outcomes.ts";
import { rememberedOf } from "./history.ts";

/**
 * Composes the environment that the launcher gives a process from the launch layers of one build,
 * before exec.d. Layers reused from the previous image are included.
 *
 * @param processType the process type. Default: only variables for all processes
 * @example `launchEnv(await build(buildpack), "web").NODE_ENV // "production"`
 */
export function launchEnv(outcome: BuildOutcome, processType?: string): Env {
  const { image } = rememberedOf(outcome);
  return launchEnvOf(image ? [{ dir: "<layers>", image }] : [], processType);
}
