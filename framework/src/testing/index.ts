export {
  type BuildFailure,
  type BuildGiven,
  type BuildOutcome,
  build,
  buildFailure,
} from "./build.ts";
export { type DetectGiven, type DetectOutcome, detect, detectFailure } from "./detect.ts";
export type { PhaseFailure } from "./failure.ts";
export {
  type ExtensionGiven,
  type GenerateGiven,
  type GenerateOutcome,
  generate,
  generateFailure,
} from "./generate.ts";
export { type FakeClock, fakeClock } from "./given/clock.ts";
export type { CommandAnswer, CommandCall, GivenCommands } from "./given/commands.ts";
export {
  type GivenDownload,
  type GivenDownloads,
  type RecordedDownload,
  type UncheckedDownload,
  unchecked,
} from "./given/downloads.ts";
export { type FileEntry, type FileMap, writeFiles } from "./given/file-map.ts";
export type { GivenBuildpack } from "./given/placed-buildpack.ts";
export type { GivenPorts, Recorded } from "./given/recording.ts";
export { tarball } from "./given/tarball.ts";
export type { GivenBindings, GivenFiles } from "./given/world.ts";
export type { Detects } from "./group/detect.ts";
export type { GivenGroupBuildpack, GivenMember, GivenOrder, GroupGiven } from "./group/given.ts";
export {
  type DetectedGroup,
  detectGroup,
  type GroupDetection,
  type GroupLeftOf,
  type GroupOutcome,
  type GroupPlanEntry,
  type GroupRebuildGiven,
  group,
} from "./group/group.ts";
export type { GroupImage, ImageProcess } from "./group/image.ts";
export type {
  ParsedEnv,
  ParsedLaunch,
  ParsedLayer,
  ParsedOutputs,
  ParsedSboms,
  VariableChange,
  VariableChanges,
} from "./parsed.ts";
export { type LeftOf, type RebuildGiven, rebuild } from "./rebuild.ts";
export type { PhaseGiven } from "./sandbox.ts";
export { launchEnv } from "./state/launch-env.ts";
export { type AnyOutcome, toText } from "./to-text.ts";
