export type { Env, EnvDirectory, EnvFileMap } from "../env/apply.ts";
export { byBytes } from "../env/byte-order.ts";
export {
  composeBuildEnv,
  composeLaunchEnv,
  inheritedEnv,
  type LayerFiles,
  launchInheritedEnv,
  pathDirectories,
} from "../env/compose.ts";
export { type DockerfileFacts, dockerfileFacts } from "../extension/dockerfile-facts.ts";
export { emitSboms } from "../sbom/emit.ts";
export { sbomText } from "../sbom/text.ts";
export {
  type DetectHost,
  type Detection,
  type DetectOptions,
  type DetectRun,
  detectOrder,
  EndlessOrder,
  type FailedGroup,
  type OrderedBuildpack,
} from "./detect-order.ts";
export { type ExecutionEnv, executionEnv } from "./execution-env.ts";
export { type Group, type GroupElement, type MemberKind, nameOf, type Order, sameMember } from "./group.ts";
export {
  type Participant,
  type PlanBudget,
  type PlanEntry,
  planFor,
  type Resolution,
  resolvePlan,
  withoutMet,
} from "./plan-resolution.ts";
export { mergeProcesses, type ProcessList } from "./processes.ts";
export {
  type BuildpackRecord,
  type BuildpackRestore,
  type LayerRecord,
  type Remembered,
  type RestoredLayer,
  restorePlan,
} from "./restore-plan.ts";
export { emptyPlan, type Named, type PlanSections, type WrittenPlan } from "./written-plan.ts";
