export type { Tree, TreeEntry } from "../host/files/tree.ts";
export type { Clock } from "../runtime/ports.ts";
export { build, buildFailure } from "./build.ts";
export { detect, detectFailure } from "./detect.ts";
export { type ExecDFixture, type ExecDOutcome, execD } from "./exec-d.ts";
export { type FakeClock, fakeClock } from "./fixture/clock.ts";
export type { Answer, CommandAnswer, CommandCall, FakeCommands } from "./fixture/commands.ts";
export {
  type FakeDownload,
  type FakeDownloads,
  type RecordedDownload,
  type UncheckedDownload,
  unchecked,
} from "./fixture/downloads.ts";
export { type FileEntry, type FileMap, writeFiles } from "./fixture/file-map.ts";
export type { FixturePorts, PhaseRecording } from "./fixture/recording.ts";
export { tarball } from "./fixture/tarball.ts";
export type { FixtureBindings, FixtureFiles } from "./fixture/world.ts";
export type { FixtureBuildpack } from "./fixture/written-buildpack.ts";
export type { BuildFixture, DetectFixture, ExtensionFixture, GenerateFixture, PhaseFixture } from "./fixtures.ts";
export { generate, generateFailure } from "./generate.ts";
export type { Detects } from "./group/detect.ts";
export type { FixtureGroupBuildpack, FixtureMember, FixtureOrder, GroupFixture } from "./group/fixture.ts";
export {
  type DetectedGroup,
  detectGroup,
  type GroupDetection,
  type GroupLeftOf,
  type GroupOutcome,
  type GroupPlanEntry,
  type GroupRebuildFixture,
  group,
} from "./group/group.ts";
export type { GroupImage, ImageProcess } from "./group/image.ts";
export type { DeepPartial } from "./matchers/build.ts";
export type { BuildFailure, BuildOutcome, DetectOutcome, GenerateOutcome, PhaseFailure } from "./outcomes.ts";
export type {
  ParsedEnv,
  ParsedLaunch,
  ParsedLayer,
  ParsedOutputs,
  ParsedSboms,
  VariableChange,
  VariableChanges,
} from "./parsed.ts";
export { type LeftOf, type RebuildFixture, rebuild } from "./rebuild.ts";
export { launchEnv } from "./state/launch-env.ts";
export { type AnyOutcome, toText } from "./to-text.ts";
