export type { Env, EnvDirectory, EnvFileMap } from "../env/apply.ts";
export {
  composeBuildEnv,
  composeLaunchEnv,
  inheritedEnv,
  type LayerFiles,
  launchInheritedEnv,
} from "../env/compose.ts";
export {
  type DetectHost,
  type Detection,
  type DetectOptions,
  type DetectRun,
  detectOrder,
  type FailedGroup,
  type OrderedBuildpack,
} from "./detect-order.ts";
export { type ExecutionEnv, executionEnv } from "./execution-env.ts";
export type { Group, GroupElement, MemberKind, Order } from "./group.ts";
export {
  type Participant,
  type PlanBudget,
  type PlanEntry,
  planFor,
  type Resolution,
  resolvePlan,
} from "./plan-resolution.ts";

export type { Mergeable } from "./processes.ts";
export { mergeProcesses, type ProcessList } from "./processes.ts";
export {
  type BuildpackRecord,
  type BuildpackRestore,
  type LayerRecord,
  type RecordedLayers,
  type RestoredLayer,
  restorePlan,
} from "./restore-plan.ts";
export { emptyPlan, type NamedEntry, type PlanSections, type WrittenPlan } from "./written-plan.ts";
