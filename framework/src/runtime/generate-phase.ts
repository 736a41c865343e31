import { checkConfig } from "../config/config.ts";
import { showConfiguration } from "../config/show.ts";
import { planOf } from "../dependency.ts";
import { LibcnbError } from "../errors.ts";
import type { Extension, GenerateResult } from "../extension/extension.ts";
import { generatedFiles } from "../extension/generated-files.ts";
import { bytesAt } from "../host/files/read.ts";
import { writeGenerated } from "../host/generated-directory.ts";
import { parseBuildpackPlan } from "../spec/buildpack-plan.ts";
import { callAuthor } from "./author-code.ts";
import { extensionContext } from "./detect-of-extension.ts";
import { configInputs } from "./inputs/configuration.ts";
import type { GenerateInputs } from "./inputs/inputs.ts";
import { trustOf } from "./inputs/trust.ts";
import { phaseContext } from "./phase-context.ts";
import type { PhaseHost } from "./phase-host.ts";
import { phaseTools } from "./phase-tools.ts";
import { announcedBindings } from "./results/announced-bindings.ts";
import { described } from "./results/described.ts";

/** Runs an extension's generate and writes its result into the output directory. */
export async function generatePhase(
  extension: Extension,
  inputs: GenerateInputs,
  host: PhaseHost,
): Promise<GenerateResult> {
  const { buildpackPlanFile: file } = inputs;
  const entries = parseBuildpackPlan((await bytesAt(file)) ?? "", file);
  const common = await phaseContext(host, inputs, extension.config);
  showConfiguration(host.log, await configInputs(host, common, extension.config));
  checkConfig(common.config);
  const shared = { ...common, bindings: announcedBindings(common.bindings, host.log) };
  const context = { ...extensionContext(shared), plan: planOf(entries), ...phaseTools(host, common) };
  const answer = await callAuthor(() => extension.generate(context)).finally(trustOf(common).end);
  const result = checkResult(answer);
  const { warnings, ...generated } = generatedFiles(result, host.descriptor.api);
  for (const warning of warnings) host.log.warn(warning);
  await writeGenerated(inputs.outputDir, generated);
  return result;
}

function checkResult(result: unknown): GenerateResult {
  if (result === undefined || result === null) return {};
  if (typeof result === "object" && !Array.isArray(result)) return result;
  throw new LibcnbError("GENERATE_RESULT_INVALID", `generate returned ${described(result)}`, {
    hint: "Return an object such as { build: dockerfile.build() }, or nothing.",
  });
}
