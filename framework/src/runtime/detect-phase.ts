import type { Buildpack } from "../buildpack.ts";
import { type DetectResult, fail } from "../detect.ts";
import { writeInPlace } from "../host/files/read.ts";
import { formatBuildPlan } from "../spec/build-plan.ts";
import { callAuthor } from "./author-code.ts";
import type { DetectInputs } from "./inputs/inputs.ts";
import { trustOf } from "./inputs/trust.ts";
import { phaseContext } from "./phase-context.ts";
import type { PhaseHost } from "./phase-host.ts";
import { checkDetectResult, unsuitable } from "./results/detect-result.ts";

/** Runs a buildpack's detect and writes its build plan. */
export async function detectPhase(buildpack: Buildpack, inputs: DetectInputs, host: PhaseHost): Promise<DetectResult> {
  const result = await answer(buildpack, inputs, host);
  if (result.outcome === "fail") {
    host.log.info(result.reason);
  } else {
    await writeInPlace(inputs.buildPlanFile, formatBuildPlan(result.plan));
  }
  return result;
}

async function answer(buildpack: Buildpack, inputs: DetectInputs, host: PhaseHost): Promise<DetectResult> {
  const reason = unsuitable(host.descriptor.targets, inputs.target);
  if (reason !== undefined) return fail(reason);
  const context = await phaseContext(host, inputs, buildpack.config);
  return checkDetectResult(await callAuthor(() => buildpack.detect(context)).finally(trustOf(context).end));
}
