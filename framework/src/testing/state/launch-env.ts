import type { Env } from "../../env/apply.ts";
import { launchEnvOf } from "../group/image.ts";
import type { BuildOutcome } from "../outcomes.ts";
import { rememberedOf } from "./history.ts";

/**
 * The environment that the launcher gives a process from the launch layers of one build, before
 * exec.d. It includes layers reused from the previous image.
 *
 * @param processType default: none in particular
 * @example `launchEnv(await build(buildpack), "web").NODE_ENV // "production"`
 */
export function launchEnv(outcome: BuildOutcome, processType?: string): Env {
  const { image } = rememberedOf(outcome);
  return launchEnvOf(image ? [{ dir: "<layers>", image }] : [], processType);
}
