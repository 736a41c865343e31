export { byBytes } from "./byte-order.ts";
export {
  type DetectHost,
  type Detection,
  type DetectRun,
  detectOrder,
  EndlessOrder,
  type FailedGroup,
  type OrderedBuildpack,
} from "./detect-order.ts";
export {
  baseVariables,
  type EnvFiles,
  type ExecutionEnv,
  executionEnv,
  layerPathNames,
  type Variables,
  withEnvFiles,
  withLayerPaths,
} from "./env.ts";
export { type Group, type GroupElement, nameOf, type Order } from "./group.ts";
export { mergeProcesses, type ProcessList } from "./processes.ts";
export {
  type BuildpackRecord,
  type BuildpackRestore,
  type LayerRecord,
  type Remembered,
  type RestoredLayer,
  restorePlan,
} from "./restore-plan.ts";
export { type Participant, type PlanEntry, planFor, type Resolution, resolvePlan, withoutMet } from "./trials.ts";
export { emptyPlan, type Named, type PlanSections, type WrittenPlan } from "./written-plan.ts";
