import type { Buildpack } from "../buildpack.ts";
import type { DetectResult } from "../detect.ts";
import { writeInPlace } from "../host/read.ts";
import { buildPlanToml } from "../spec/build-plan.ts";
import type { DetectInputs } from "./inputs.ts";
import { type PhaseHost, phaseContext } from "./phase-context.ts";

/** Runs detect and writes the build plan. */
export async function detectPhase(buildpack: Buildpack, inputs: DetectInputs, host: PhaseHost): Promise<DetectResult> {
  const result = await buildpack.detect(await phaseContext(host, inputs, buildpack.config));
  if (result.outcome === "fail") {
    host.log.info(result.reason);
  } else {
    await writeInPlace(inputs.buildPlanFile, buildPlanToml(result.plan));
  }
  return result;
}
